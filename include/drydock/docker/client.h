// The Docker Engine client: a cheap, copyable, thread-safe handle to one engine. One class for each resource
// of the Engine API stands behind it, in the header of its name.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "drydock/docker/containers.h"
#include "drydock/docker/execs.h"
#include "drydock/docker/images.h"
#include "drydock/docker/networks.h"
#include "drydock/docker/system.h"
#include "drydock/docker/volumes.h"
#include "drydock/resilience/circuit_breaker_options.h"
#include "drydock/resilience/retry_policy.h"
#include "drydock/transport/endpoint.h"
#include "drydock/transport/exchange.h"

namespace drydock {

struct ClientOptions {
  /// Whole limit of a call that is given no deadline and that the engine answers at once. Default 60 s: a
  /// loaded CI machine was seen to take over 20 s for a create.
  std::chrono::milliseconds request_timeout{std::chrono::seconds{60}};
  /// Whole limit of an image pull that is given no deadline.
  std::chrono::milliseconds pull_timeout{std::chrono::minutes{15}};
  /// How often a call is tried whose connection failed. What was sent and not answered is repeated only where
  /// that does no harm: GET, HEAD, removals, start, stop, and the create of a named volume. All attempts
  /// share the call's one deadline. Default: three attempts within 0.3 s, so that a missing engine fails
  /// fast.
  RetryPolicy retry{};
  /// When calls are refused at once because the connections of those before them failed.
  CircuitBreakerOptions breaker{};
};

/// Speaks the Docker Engine API, version 1.41 up to 1.51; the version is negotiated by `/_ping` before the
/// first call that needs it: once for each endpoint and process, or for each client of an exchange of one's
/// own.
class Client {
 public:
  /// Returns the client of the engine that discover_engine() finds; made once per process and DOCKER_HOST
  /// value, then shared. Throws EngineUnavailableError with the table of all candidates.
  static Client from_environment();

  /// Retries, breaks the circuit, logs, counts and traces as `options` and the environment say. Throws
  /// InvalidArgumentError for options that make no sense.
  explicit Client(const Endpoint& endpoint, ClientOptions options = {});
  /// Speaks through `exchange` as it is, which may be a recorder or a scripted engine: nothing is retried,
  /// logged or counted. What guards make through it is not watched by another process: that would speak to
  /// `endpoint` past it.
  Client(std::shared_ptr<Exchange> exchange, Endpoint endpoint, ClientOptions options = {});

  [[nodiscard]] System system() const { return System{link_}; }
  [[nodiscard]] Containers containers() const { return Containers{link_}; }
  [[nodiscard]] Execs execs() const { return Execs{link_}; }
  [[nodiscard]] Images images() const { return Images{link_}; }
  [[nodiscard]] Networks networks() const { return Networks{link_}; }
  [[nodiscard]] Volumes volumes() const { return Volumes{link_}; }

  [[nodiscard]] const Endpoint& endpoint() const noexcept;
  [[nodiscard]] const ClientOptions& options() const noexcept;
  /// Returns whether another process that speaks to endpoint() reaches the same engine.
  [[nodiscard]] bool is_watchable() const noexcept { return is_watchable_; }
  /// Returns the negotiated version, such as "1.41". Asks the engine when nobody has yet.
  [[nodiscard]] std::string api_version() const;
  /// Returns the host name or address at which this engine's published ports are reached: 127.0.0.1 for a
  /// Unix socket, the endpoint's host for TCP, DRYDOCK_HOST_OVERRIDE when set.
  [[nodiscard]] std::string published_host() const;

 private:
  std::shared_ptr<EngineLink> link_;
  bool is_watchable_{false};
};

}  // namespace drydock
