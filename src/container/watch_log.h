// What a watchdog did after its owner's end: a file that its user alone can read, made at the first line. One
// that ends in failure is pointed to by the next run. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {

/// Returns the directory for what outlives a run: "drydock" in XDG_STATE_HOME, in ~/.local/state, or, where
/// neither can be written, /tmp/drydock-UID. Makes it with mode 0700. Throws std::system_error, also for one
/// that belongs to another user.
[[nodiscard]] std::string state_directory();

class WatchLog {
 public:
  /// `name` tells this watchdog apart, such as "PID-STARTTIME". Nothing is made yet.
  explicit WatchLog(std::string name) : name_(std::move(name)) {}

  /// Appends a line with the time in front. A log that cannot be written is given up in silence: nobody is
  /// there to be told.
  void write(std::string_view line) noexcept;
  /// Marks the log for the next run. No line can follow.
  void fail() noexcept;

 private:
  std::string name_;
  std::string path_{};
  UniqueFd file_{};
  bool given_up_{false};
};

/// Returns the paths of logs that ended in failure since this was called last, and removes logs
/// and lock files older than seven days; not a lock file that is held. Never throws.
[[nodiscard]] std::vector<std::string> take_failed_watch_logs() noexcept;

}  // namespace drydock
