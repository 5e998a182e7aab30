// The lock files of a run, in state_directory(). The run's watchdog removes them at the run's end. Free
// functions; thread-safe.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "container/run.h"

namespace drydock {

/// Returns the path of the file that the run's watchdog for this engine holds a lock on. Throws like
/// state_directory().
[[nodiscard]] std::string watch_lock_path(const Owner& run, const std::string& endpoint);

/// Returns a new open of the file by which the processes of the run tell each other that they use the
/// container of this name. A run that is this process has it in memory. Throws std::system_error.
[[nodiscard]] UniqueFd open_use_lock(const Run& run, const std::string& endpoint, const std::string& name);

/// Removes the run's files in the directory of `watch_lock`, and that file. Never throws.
void remove_run_files(const Owner& run, const std::string& watch_lock) noexcept;

}  // namespace drydock
