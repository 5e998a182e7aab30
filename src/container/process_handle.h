// A process of this machine that is watched, and may be sent signals, without its pid being taken for
// another's. Linux's pidfd where there is one. Not thread-safe.
#pragma once

#include <chrono>

#include "base/unique_fd.h"
#include "container/owner.h"

namespace drydock {

class ProcessHandle {
 public:
  /// Throws std::system_error when the process runs no more.
  explicit ProcessHandle(Owner process);

  /// Returns a descriptor that poll(2) says is readable once the process has ended; -1 on a kernel without
  /// (before 5.3): has_ended() must then be asked.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] bool has_ended() const;
  /// Waits until it has ended; returns whether it has.
  [[nodiscard]] bool wait(std::chrono::milliseconds limit) const;
  /// Sends a signal; does nothing when it has ended.
  void signal(int number) const noexcept;

 private:
  Owner process_;
  UniqueFd fd_;
};

}  // namespace drydock
