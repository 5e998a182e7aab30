// A port of this machine, made reachable for containers: also when its service listens on 127.0.0.1 only.
//
//   HostPort api = expose_host_port(8000);               // the service listens on 127.0.0.1:8000
//   TestContainer app({.image = "app:1",
//                      .host_access = {.enabled = true, .env = {{"API_URL", "http://" + api.address()}}}});
//
// A thread of this process listens on the address at which the engine's containers find this machine, and
// relays each connection. There is no helper container. TCP only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <sys/types.h>

#include "drydock/docker/client.h"

namespace drydock {

class PortForwarder;

struct HostPortOptions {
  /// The network that the container joins, when it is not the engine's default: Podman's networks each have
  /// an address of their own for this machine.
  std::string network{};
  std::string service_address{"127.0.0.1"};  ///< IP address on which the service listens
  std::size_t max_connections{64};           ///< at once; further ones wait until one has ended
  /// Whole limit of a connect to the service, for each connection.
  std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
};

/// Keeps a host port reachable as long as it lives. Move-only. Declare it before the containers that use it.
///
/// The destructor resets the connections that are still open, and returns at once. A forked child's copy does
/// nothing.
class [[nodiscard]] HostPort {
 public:
  /// Listens when it returns; the service need not be there yet. Throws InvalidArgumentError for port 0, a
  /// service_address that is no IP address, or max_connections 0; Error Unsupported when the engine's
  /// containers cannot reach this process (an engine on another machine); Error Connection when it cannot
  /// listen. Asks the engine what it is and for its network, bounded by the client's request_timeout.
  explicit HostPort(std::uint16_t port, const HostPortOptions& options = {},
                    const Client& client = Client::from_environment());
  HostPort(HostPort&& other) noexcept;
  HostPort& operator=(HostPort&& other) noexcept;
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;
  ~HostPort();

  /// Returns the port to use in the container. On Docker Desktop, which leads to 127.0.0.1 by itself, it is
  /// the service's own; elsewhere one that was free. 0 after a move.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Returns "host.docker.internal:PORT", for containers with ContainerSpec::host_access.
  [[nodiscard]] std::string address() const;

 private:
  void stop() noexcept;

  std::uint16_t port_{0};
  pid_t process_{0};
  std::unique_ptr<PortForwarder> forwarder_;
};

/// Makes the port of this machine reachable for containers, as long as the result lives.
[[nodiscard]] HostPort expose_host_port(std::uint16_t port, const HostPortOptions& options = {},
                                        const Client& client = Client::from_environment());

}  // namespace drydock
