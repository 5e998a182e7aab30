// Proof that a container reaches a port of the host, from inside. See ContainerSpec::host_access, which gives
// the way, and host_port.h for services that listen on 127.0.0.1 only.
#pragma once

#include <chrono>
#include <cstdint>

namespace drydock {

class TestContainer;

/// Connects from inside the running container to "host.docker.internal" and the port, by what its image has:
/// nc, bash, curl or wget. Returns when the connection was made; what the service says is not looked at.
/// Behind expose_host_port() it is the forwarder that answers.
///
/// Throws Error with the code
///   Connection    the port is refused: the message tells a service on 127.0.0.1 from a firewall
///   Timeout       no answer within `timeout` (whole; at least one second is given to each program)
///   NotFound      the container does not know the name: its spec lacks host_access
///   Unsupported   the image has no program to try it with
/// and what TestContainer::exec() throws. Makes up to three requests for each program that it tries.
void verify_host_access(const TestContainer& container, std::uint16_t port,
                        std::chrono::milliseconds timeout = std::chrono::seconds{10});

}  // namespace drydock
