// Opens a connection to an endpoint, and tells in words why it could not be opened.
#pragma once

#include <string>

#include "drydock/base/deadline.h"
#include "drydock/transport/endpoint.h"

#include "base/unique_fd.h"

namespace drydock {

/// A connected socket, or the reason why there is none.
struct ConnectOutcome {
  UniqueFd socket{};      ///< non-blocking, close-on-exec; invalid after a failure
  std::string failure{};  ///< "no such file", "connection refused", "permission denied", ...
  bool timed_out{false};
};

/// Connects. Never throws for what the peer or the file system does. Blocks until `deadline` at most, save
/// for the look-up of a host name, which the resolver bounds (resolv.conf(5): timeout, attempts).
[[nodiscard]] ConnectOutcome connect_socket(const Endpoint& endpoint, Deadline deadline);

/// Returns an errno value in words, beginning in lower case.
[[nodiscard]] std::string describe_errno(int error);

}  // namespace drydock
