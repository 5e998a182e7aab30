// Runs the same command by a plain exec and through a standing shell, and says where they differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/container/exec.h"
#include "drydock/container/shell.h"
#include "drydock/container/test_container.h"

#include "base/text.h"

namespace drydock {

/// What came of a command: its result, or the error that it threw.
struct CommandOutcome {
  ExecResult result{};
  std::optional<ErrorCode> error{};
};

template <typename Call>
CommandOutcome outcome_of(const Call& call) {
  try {
    return {.result = call()};
  } catch (const ExecTimeoutError& error) {
    return {.result = error.result(), .error = error.code()};
  } catch (const OutputLimitError& error) {
    return {.result = error.result(), .error = error.code()};
  } catch (const Error& error) {
    return {.error = error.code()};
  }
}

/// Returns stderr without what Podman now and then adds of its own when an exec ends early: that it could not
/// read from it any more.
inline std::string commands_own(std::string text) {
  constexpr std::string_view kRemark = "Error: read unixpacket ";
  const std::string::size_type at = text.rfind(kRemark);
  if (at != std::string::npos && (at == 0 || text[at - 1] == '\n')) {
    text.erase(at);
  }
  return text;
}

/// Succeeds when both are the same in all but their time.
inline testing::AssertionResult same_outcome(const CommandOutcome& plain, const CommandOutcome& fast) {
  std::vector<std::string> faults;
  const auto check = [&faults](const char* what, const auto& a, const auto& b) {
    if (a != b) {
      faults.push_back(std::string{what} + ": exec " + testing::PrintToString(a).substr(0, 400) + ", shell " +
                       testing::PrintToString(b).substr(0, 400));
    }
  };
  check("error", plain.error.has_value() ? to_string(*plain.error) : std::string{"none"},
        fast.error.has_value() ? to_string(*fast.error) : std::string{"none"});
  check("argv", plain.result.argv, fast.result.argv);
  check("container", plain.result.container, fast.result.container);
  check("exit code", plain.result.exit_code, fast.result.exit_code);
  check("stdout", plain.result.out, fast.result.out);
  check("stderr", commands_own(plain.result.err), commands_own(fast.result.err));
  check("truncated", plain.result.truncated, fast.result.truncated);
  check("cancelled", plain.result.cancelled, fast.result.cancelled);
  check("note", plain.result.note, fast.result.note);
  return faults.empty() ? testing::AssertionSuccess()
                        : testing::AssertionFailure() << text::join(faults, "\n  ");
}

/// Runs a command both ways and succeeds when the outcomes are the same.
inline testing::AssertionResult runs_alike(const TestContainer& container, Shell& shell,
                                           const std::vector<std::string>& argv,
                                           const ExecOptions& options = {}) {
  const CommandOutcome plain = outcome_of([&] { return container.exec(argv, options); });
  const CommandOutcome fast = outcome_of([&] { return shell.run(argv, options); });
  testing::AssertionResult result = same_outcome(plain, fast);
  return result ? result : result << "\n  of " << text::printable(text::shell_join(argv), 300);
}

}  // namespace drydock
