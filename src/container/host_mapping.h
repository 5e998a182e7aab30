// What ContainerSpec::host_access becomes in the create body: an entry of /etc/hosts and environment
// variables. Pure; which address the entry gets depends on the engine, see host_route.h.
#pragma once

#include <string>

#include "drydock/container/spec.h"

namespace drydock {

/// The name under which a container finds the machine of its engine.
inline constexpr const char* kHostName = "host.docker.internal";

/// What Docker since 20.10 replaces by the address of the machine.
inline constexpr const char* kHostGateway = "host-gateway";

/// Returns `spec` with its host access written out as extra_hosts and env: kHostName is mapped to `address`,
/// or left to the engine where that is empty; "{host}" in the values becomes kHostName. Without host access
/// the spec comes back as it is.
[[nodiscard]] ContainerSpec with_host_access(ContainerSpec spec, const std::string& address);

}  // namespace drydock
