// Starts a program that is to outlive this process.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace drydock {

/// Returns the variables that the program needs to reach the engine and to write its log, as "NAME=value".
/// All others stay here: CI systems look for their own in order to kill what a job left running.
[[nodiscard]] std::vector<std::string> short_environment();

/// Starts argv[0], a path, with `channel` as its stdin, no other output than /dev/null, the short
/// environment, all signals unblocked and at their defaults. Returns its pid. Throws std::system_error.
pid_t spawn_detachable(std::vector<std::string> argv, int channel);

}  // namespace drydock
