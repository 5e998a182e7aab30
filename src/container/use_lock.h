// Who uses a shared container: many side by side, or one alone. One thread at a time for each object.
#pragma once

#include <string>
#include <sys/types.h>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"
#include "container/file_lock.h"

namespace drydock {

/// Holds nothing at first. What is held is let go of by the destructor, and by the kernel when the process
/// dies; a forked child's copy lets go of nothing.
class UseLock {
 public:
  /// `file` is an open of its own of the container's lock file. `what` names the container, for messages.
  UseLock(UniqueFd file, std::string what);
  UseLock(const UseLock&) = delete;
  UseLock& operator=(const UseLock&) = delete;
  ~UseLock();

  /// Waits for the use. One who waits to be alone keeps later ones from coming first. Throws TimeoutError at
  /// the deadline, Error Unsupported where files cannot be locked.
  void take(LockKind kind, Deadline deadline);
  /// Lets others in, too, after it was alone.
  void share();
  void let_go() noexcept;

 private:
  void wait_for(off_t byte, LockKind kind, Deadline deadline) const;

  UniqueFd file_;
  const std::string what_;
  const pid_t process_;
};

}  // namespace drydock
