// Runs a program to its end and brings back how it ended and what it printed.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace drydock {

struct SubprocessResult {
  int exit_code{-1};  ///< -1 when a signal ended it
  int signal{0};
  std::string output{};  ///< stdout and stderr, as they came
};

/// Runs `argv` with `env` beside this process's environment. It is killed with its whole process group after
/// `limit`, which throws std::runtime_error with its output.
SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const std::map<std::string, std::string>& env = {},
                                std::chrono::seconds limit = std::chrono::seconds{60});

}  // namespace drydock
