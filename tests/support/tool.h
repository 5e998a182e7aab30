// Runs the program `drydock` that was built with the tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "docker/json.h"
#include "support/subprocess.h"

namespace drydock {

/// Returns the path of the program. Throws std::runtime_error when it was not built.
[[nodiscard]] std::string tool_path();

/// Runs `drydock ARGUMENTS` to its end.
SubprocessResult run_tool(std::vector<std::string> arguments,
                          const std::map<std::string, std::string>& env = {});

/// Runs it with --json after the verb and returns what it printed. Throws std::runtime_error when that is no
/// JSON.
Json run_tool_for_json(std::vector<std::string> arguments,
                       const std::map<std::string, std::string>& env = {});

}  // namespace drydock
