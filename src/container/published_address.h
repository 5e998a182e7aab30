// Where a container's published TCP ports are reached from here. Pure.
#pragma once

#include <string>
#include <vector>

#include "container/waiter.h"

namespace drydock {

/// Returns the published TCP ports of the target, one entry a container port; with `port`, that one alone.
/// Throws InvalidArgumentError naming the published ones when there is none.
[[nodiscard]] std::vector<PublishedPort> published_tcp(const WaitTarget& target, std::uint16_t port);

/// Returns the host name or address to connect to for a published port: the one that it is bound to where
/// that is a certain one of this machine, and no other host was chosen; else the target's host.
[[nodiscard]] std::string host_of(const WaitTarget& target, const PublishedPort& port);

}  // namespace drydock
