#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "drydock/gtest/matchers.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;
using ::testing::StartsWith;

ExecResult result(int exit_code, std::string out = "", std::string err = "") {
  return {.argv = {"redis-cli", "ping"},
          .container = "cache (0123456789ab)",
          .exit_code = exit_code,
          .out = std::move(out),
          .err = std::move(err)};
}

template <typename Matcher>
std::string explanation(const Matcher& matcher, const ExecResult& result) {
  ::testing::StringMatchResultListener listener;
  ExecMatcher{matcher}.MatchAndExplain(result, &listener);
  return listener.str();
}

template <typename Matcher>
std::string description(const Matcher& matcher) {
  return ::testing::DescribeMatcher<const ExecResult&>(matcher);
}

template <typename Matcher>
std::string negation(const Matcher& matcher) {
  return ::testing::DescribeMatcher<const ExecResult&>(matcher, true);
}

TEST(ExecMatchersTest, SucceededMatchesExitCodeZeroOnly) {
  EXPECT_THAT(result(0), Succeeded());
  EXPECT_THAT(result(1), Not(Succeeded()));
  EXPECT_THAT(result(-1), Not(Succeeded()));
}

TEST(ExecMatchersTest, CancelledCommandHasNotRunToItsEnd) {
  ExecResult cancelled = result(0);
  cancelled.cancelled = true;
  EXPECT_THAT(cancelled, Not(Succeeded()));
  EXPECT_THAT(cancelled, Not(ExitedWith(0)));
  EXPECT_THAT(explanation(Succeeded(), cancelled), HasSubstr("cancelled"));
}

TEST(ExecMatchersTest, ExitedWithTakesNumbersAndMatchers) {
  EXPECT_THAT(result(3), ExitedWith(3));
  EXPECT_THAT(result(4), Not(ExitedWith(3)));
  EXPECT_THAT(result(4), ExitedWith(AnyOf(3, 4)));
  EXPECT_THAT(result(0), Not(ExitedWith(Ne(0))));
}

TEST(ExecMatchersTest, StreamsMatchStringsAsAWhole) {
  EXPECT_THAT(result(0, "PONG\n"), StdoutIs("PONG\n"));
  EXPECT_THAT(result(0, "PONG\n"), Not(StdoutIs("PONG")));
  EXPECT_THAT(result(0, "", "warning\n"), StderrIs(std::string{"warning\n"}));
  EXPECT_THAT(result(0, "warning\n"), Not(StderrIs("warning\n")));
}

TEST(ExecMatchersTest, StreamsTakeMatchersOnStrings) {
  EXPECT_THAT(result(0, "PONG\n"), StdoutIs(StartsWith("PO")));
  EXPECT_THAT(result(0, "PONG\n"), StdoutIs(Not(IsEmpty())));
  EXPECT_THAT(result(0), StderrIs(IsEmpty()));
  EXPECT_THAT(result(0, "x"), StdoutIs(::testing::Matcher<std::string>{"x"}));
}

TEST(ExecMatchersTest, StreamsAreBinarySafe) {
  const std::string bytes{"a\0b", 3};
  EXPECT_THAT(result(0, bytes), StdoutIs(bytes));
  EXPECT_THAT(result(0, "a"), Not(StdoutIs(bytes)));
}

TEST(ExecMatchersTest, InnerMatchersMustAllMatch) {
  const ExecResult pong = result(0, "PONG\n", "warning\n");
  EXPECT_THAT(pong, Succeeded(StdoutIs("PONG\n"), StderrIs(HasSubstr("warn"))));
  EXPECT_THAT(pong, Not(Succeeded(StdoutIs("PONG\n"), StderrIs(""))));
  EXPECT_THAT(pong, Not(Succeeded(StdoutIs("PANG\n"), StderrIs(HasSubstr("warn")))));
  EXPECT_THAT(pong, Not(ExitedWith(1, StdoutIs("PONG\n"))));
}

TEST(ExecMatchersTest, WorkWithOtherMatchers) {
  EXPECT_THAT(result(0, "x"), AllOf(Succeeded(), StdoutIs("x")));
  EXPECT_THAT(result(0, "x"), Succeeded(Field(&ExecResult::truncated, false)));
  EXPECT_THAT((std::vector<ExecResult>{result(0), result(0)}), Each(Succeeded()));
}

TEST(ExecMatchersTest, DescribeWhatIsExpected) {
  EXPECT_EQ(description(Succeeded(StdoutIs("PONG\n"))),
            R"(exits with a code that is equal to 0, and has a stdout that is equal to "PONG\n")");
  EXPECT_EQ(negation(ExitedWith(3, StderrIs(IsEmpty()))),
            "exits with a code that isn't equal to 3, or has a stderr that isn't empty");
}

TEST(ExecMatchersTest, ExplainTheExitCodeAndEachStreamThatDiffers) {
  const ExecResult pong = result(0, "PONG\r\n", "oh\n");
  EXPECT_EQ(explanation(Succeeded(), result(127)), "which exited with 127");
  EXPECT_EQ(explanation(Succeeded(StdoutIs("PONG\n")), pong),
            R"(which exited with 0, whose stdout is "PONG\r\n")");
  const std::string both = explanation(Succeeded(StdoutIs("PONG\n"), StderrIs("")), pong);
  EXPECT_THAT(both, HasSubstr(R"(whose stdout is "PONG\r\n")"));
  EXPECT_THAT(both, HasSubstr(R"(whose stderr is "oh\n")"));
}

TEST(ExecMatchersTest, ExplanationsAreBounded) {
  const std::string megabyte(std::size_t{1} << 20, 'x');
  const std::string text = explanation(StdoutIs("y"), result(0, megabyte + "end"));
  EXPECT_LT(text.size(), 1200U);
  EXPECT_THAT(text, HasSubstr("of 1048579 bytes"));
  EXPECT_THAT(text, HasSubstr("xend\""));
}

TEST(ExecMatchersTest, ExplanationSaysThatOutputWasCut) {
  ExecResult cut = result(0, "x");
  cut.truncated = true;
  EXPECT_THAT(explanation(StdoutIs("y"), cut), HasSubstr("cut at the output limit"));
}

TEST(ExecMatchersTest, FailureShowsCommandCodeAndOutput) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(result(127, "", "sh: redis-cli: not found\n"), Succeeded()),
                          "redis-cli ping");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(result(127, "", "sh: redis-cli: not found\n"), Succeeded()),
                          "sh: redis-cli: not found");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(result(127, "", "sh: redis-cli: not found\n"), Succeeded()),
                          "which exited with 127");
}

}  // namespace
}  // namespace drydock
