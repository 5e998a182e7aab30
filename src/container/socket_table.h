// The TCP and UDP sockets of another process's network namespace, on this machine: what is there, and the
// ending of what nobody holds any more. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {

struct OpenSocket {
  int family{0};               ///< AF_INET or AF_INET6
  int protocol{0};             ///< IPPROTO_TCP or IPPROTO_UDP
  bool is_held{false};         ///< a process has it; false: the kernel alone, as in TIME_WAIT
  bool is_at_resolver{false};  ///< bound to 127.0.0.11, where Docker answers for names
  std::uint16_t port{0};
  /// The kernel's name for it, an inet_diag_sockid; meaningless where the table can end nothing.
  std::array<std::uint8_t, 48> id{};
};

class SocketTable {
 public:
  /// Opens the table of the process's namespace: by sock_diag(7) where this process may enter the namespace,
  /// which takes CAP_SYS_ADMIN and CAP_NET_ADMIN, else by /proc. Never that of this process's own namespace:
  /// list() throws then. Who calls makes sure that the pid means what it is to mean before and after.
  explicit SocketTable(std::int64_t pid);

  /// Returns whether end() can do anything.
  [[nodiscard]] bool can_end() const noexcept { return netlink_.valid(); }

  /// Returns all sockets in all states. Throws std::system_error when the kernel does not let them be seen,
  /// or does not answer within a second.
  [[nodiscard]] std::vector<OpenSocket> list() const;

  /// Ends a socket, whatever its state: a peer is told by a reset. Returns whether it is gone. SOCK_DESTROY.
  bool end(const OpenSocket& socket) const;

 private:
  [[nodiscard]] std::vector<OpenSocket> read_files() const;

  std::int64_t pid_;
  bool is_own_{false};
  UniqueFd netlink_{};
};

}  // namespace drydock
