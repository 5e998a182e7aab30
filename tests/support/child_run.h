// One run of a child test program: how it ended, what it printed, and its XML report.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace drydock {

struct ChildRun {
  int exit_code{-1};  ///< -1 when a signal ended it
  std::string output{};
  std::string xml{};  ///< empty when there is no report
};

/// Runs tests/programs/NAME with `arguments` and `env`, in a directory of its own, which is removed.
ChildRun run_test_program(const std::string& name, std::vector<std::string> arguments,
                          const std::map<std::string, std::string>& env);

/// Returns how often `part` occurs in `text`.
[[nodiscard]] std::size_t count_of(const std::string& text, const std::string& part);

}  // namespace drydock
