// Refuses what cannot be run before anything is sent.
#pragma once

#include <string>
#include <vector>

#include "drydock/container/exec.h"

namespace drydock {

/// Marks the environment of every process that an exec starts, so that they can be found and ended.
inline constexpr const char* kExecMarker = "DRYDOCK_EXEC_ID";

/// Throws InvalidArgumentError that names every fault of the command and its options at once.
void require_valid_exec(const std::string& container, const std::vector<std::string>& argv,
                        const ExecOptions& options);

/// Likewise, for a command of whose output nothing is seen: input, sinks and ends are refused, too.
void require_valid_detached(const std::string& container, const std::vector<std::string>& argv,
                            const ExecOptions& options);

}  // namespace drydock
