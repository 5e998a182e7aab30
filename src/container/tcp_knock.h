// Knocks at a TCP address to find out whether somebody is in: connects, and watches what becomes of the
// connection. An accept alone proves nothing where an engine's proxy accepts for a server that is not there
// yet. Blocks for the time given at most; never throws for what the peer does.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"

namespace drydock {

struct TcpAddress {
  sockaddr_storage address{};
  socklen_t size{0};
};

/// Returns the addresses of a host name or numeric address; empty when there is none. A name costs what the
/// resolver takes.
[[nodiscard]] std::vector<TcpAddress> resolve_tcp(const std::string& host, std::uint16_t port);

enum class Reach {
  Routed,  ///< whatever the routes say
  OnLink,  ///< only when a network of this machine holds the address: ENETUNREACH otherwise
};

struct Knock {
  UniqueFd socket{};  ///< connected, non-blocking; invalid after a failure
  int error{0};       ///< errno of the failure, ETIMEDOUT at the deadline
};

/// Connects to the address.
[[nodiscard]] Knock knock(const TcpAddress& address, Reach reach, Deadline deadline);

enum class Held {
  Open,    ///< still open, and silent
  Spoke,   ///< the peer sent something: somebody is in
  Closed,  ///< the peer closed or reset it
};

/// Watches a connection for a time, or until something happens to it.
[[nodiscard]] Held hold(const UniqueFd& socket, std::chrono::nanoseconds time);

}  // namespace drydock
