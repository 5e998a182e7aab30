// The way from a container to this machine, which each kind of engine has its own of:
//
//   Docker on Linux          "host-gateway" (since 20.10) is the address of the default bridge
//   Docker Desktop           knows the name by itself, and leads to this machine's 127.0.0.1
//   Podman since 4.7         knows the name by itself, as host.containers.internal
//   Podman before            writes "host-gateway" into /etc/hosts as it is: the network's gateway is mapped
//   rootless Docker, Podman  have their bridges in a namespace of their own: this machine is reached at the
//                            address from which it speaks to the world
//
// Thread-safe.
#pragma once

#include <string>

#include "drydock/base/deadline.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

/// Returns what kHostName is to be mapped to in a container of `spec`: an address, kHostGateway, or nothing
/// where the engine knows the name by itself. Asks for the engine's kind, and on Podman before 4.7 for the
/// network. Throws Error Unsupported when there is no way.
[[nodiscard]] std::string host_address(const Client& client, const ContainerSpec& spec, Deadline deadline);

/// Where a forwarder must listen for containers to reach it as kHostName.
struct ForwardRoute {
  std::string listen{};        ///< IPv4 address; empty: containers reach 127.0.0.1 as it is
  bool may_come_later{false};  ///< the engine makes the address with the network's first container
  bool only_from_here{
      false};  ///< the address is open to the network, but only this machine has business there
};

/// Returns the route of containers that join `network`, or the engine's default one where that is empty.
/// Throws Error Unsupported, saying why, when the engine's containers cannot reach this process.
[[nodiscard]] ForwardRoute forward_route(const Client& client, const std::string& network, Deadline deadline);

}  // namespace drydock
