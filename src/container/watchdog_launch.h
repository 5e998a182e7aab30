// Starts a watchdog process and hears whether it watches. What it is asked to do is the caller's: watchdog.h
// has one for this process, run_watchdog.h one for the run. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {

/// Returns whether DRYDOCK_WATCHDOG=off.
[[nodiscard]] bool watchdog_is_switched_off();

/// Runs `drydock watch OPTIONS` and returns a socket to it once it has said that it watches. Blocks at most
/// 5 s. Throws std::runtime_error, also with what it says instead.
[[nodiscard]] UniqueFd launch_watchdog(const std::vector<std::string>& options);

}  // namespace drydock
