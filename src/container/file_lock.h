// Locks between processes: the kernel lets go of them when a process dies. Locks on bytes of a file that
// belong to one open of it (F_OFD_SETLK, Linux 3.15), so that threads exclude each other, too.
#pragma once

#include <string>
#include <sys/types.h>

#include "base/unique_fd.h"

namespace drydock {

enum class LockKind { Shared, Exclusive };

/// Opens the file, made with mode 0600 where it does not exist; follows no symbolic link. Throws
/// std::system_error.
[[nodiscard]] UniqueFd open_lock_file(const std::string& path);

/// Takes the lock on one byte, or changes the kind of lock that this open of the file has on it. Returns
/// whether that could be done at once. Throws std::system_error when the file system has no locks.
[[nodiscard]] bool try_lock(int fd, off_t byte, LockKind kind);
void unlock(int fd, off_t byte) noexcept;

/// Returns whether another open of the file has a lock on the byte. Takes none itself, not for a moment.
[[nodiscard]] bool is_locked_by_another(int fd, off_t byte);

}  // namespace drydock
