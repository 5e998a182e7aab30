// Matchers for EXPECT_THAT and ASSERT_THAT: how a command ended, what it printed, how a container is. They
// look once and do not wait; what takes its time is waited for with TestContainer::wait_for().
//
//     EXPECT_THAT(redis.exec({"redis-cli", "ping"}), Succeeded(StdoutIs("PONG\n")));
//     EXPECT_THAT(redis.sh("exit 3"), ExitedWith(3, StderrIs("")));
//     EXPECT_THAT(redis, AllOf(IsRunning(), HasLogLine(HasSubstr("Ready to accept"))));
//
// A text is a string, for all of it, or a matcher on std::string. The matchers are values, and thread-safe as
// such.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "drydock/container/exec.h"
#include "drydock/container/test_container.h"

namespace drydock {

using ExecMatcher = ::testing::Matcher<const ExecResult&>;
using TextMatcher = ::testing::Matcher<const std::string&>;

namespace detail {

ExecMatcher exit_matcher(::testing::Matcher<int> code, std::vector<ExecMatcher> inner);
ExecMatcher stdout_matcher(TextMatcher text);
ExecMatcher stderr_matcher(TextMatcher text);

}  // namespace detail

/// Matches a command that ran to its end with an exit code: a number or a matcher on int. `inner` are further
/// matchers on the ExecResult, all of which must match.
template <typename Code, typename... Inner>
[[nodiscard]] ExecMatcher ExitedWith(const Code& code, const Inner&... inner) {
  return detail::exit_matcher(::testing::SafeMatcherCast<int>(code),
                              {::testing::SafeMatcherCast<const ExecResult&>(inner)...});
}

/// Matches a command that ran to its end with exit code 0.
template <typename... Inner>
[[nodiscard]] ExecMatcher Succeeded(const Inner&... inner) {
  return ExitedWith(0, inner...);
}

/// Matches a command's whole stdout.
template <typename Text>
[[nodiscard]] ExecMatcher StdoutIs(const Text& text) {
  return detail::stdout_matcher(::testing::SafeMatcherCast<const std::string&>(text));
}

/// Matches a command's whole stderr.
template <typename Text>
[[nodiscard]] ExecMatcher StderrIs(const Text& text) {
  return detail::stderr_matcher(::testing::SafeMatcherCast<const std::string&>(text));
}

/// Matches a container that runs, paused or not. Takes a TestContainer, for which the engine is asked, or
/// what the engine said of one. A container that is gone does not run; other errors are thrown.
class IsRunning {
 public:
  using is_gtest_matcher = void;

  bool MatchAndExplain(const TestContainer& container, ::testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const ContainerDetails& details, ::testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const ContainerState& state, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* stream) const;
  void DescribeNegationTo(std::ostream* stream) const;
};

/// Matches a container whose healthcheck says healthy; one without a healthcheck does not match. Takes what
/// IsRunning takes.
class IsHealthy {
 public:
  using is_gtest_matcher = void;

  bool MatchAndExplain(const TestContainer& container, ::testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const ContainerDetails& details, ::testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const ContainerState& state, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* stream) const;
  void DescribeNegationTo(std::ostream* stream) const;
};

/// Matches a container, or logs that were read from one, with at least one line on stdout or stderr that
/// matches, without its line end.
class LogLineMatcher {
 public:
  using is_gtest_matcher = void;

  explicit LogLineMatcher(TextMatcher line) : line_(std::move(line)) {}

  bool MatchAndExplain(const TestContainer& container, ::testing::MatchResultListener* listener) const;
  bool MatchAndExplain(const Logs& logs, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* stream) const;
  void DescribeNegationTo(std::ostream* stream) const;

 private:
  TextMatcher line_;
};

/// A string is the whole line; for a part of one use HasSubstr.
template <typename Text>
[[nodiscard]] LogLineMatcher HasLogLine(const Text& line) {
  return LogLineMatcher{::testing::SafeMatcherCast<const std::string&>(line)};
}

/// Prints name, short id and image; asks the engine nothing.
void PrintTo(const TestContainer& container, std::ostream* stream);
/// Prints name, short id, image and state.
void PrintTo(const ContainerDetails& details, std::ostream* stream);
void PrintTo(const ContainerState& state, std::ostream* stream);
/// Prints the last lines.
void PrintTo(const Logs& logs, std::ostream* stream);

}  // namespace drydock
