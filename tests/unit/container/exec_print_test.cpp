#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/exec.h"

namespace drydock {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::PrintToString;

TEST(ExecPrintTest, ShowsCommandExitTimeAndBothStreams) {
  const ExecResult result{.argv = {"sh", "-c", "echo 'a b'"},
                          .container = "web",
                          .exit_code = 3,
                          .out = "one\ntwo\n",
                          .err = "oh",
                          .wall_time = std::chrono::microseconds{12'340}};
  EXPECT_EQ(PrintToString(result),
            "sh -c 'echo '\\''a b'\\''' in container 'web': exit code 3, 12.3 ms\n"
            "  stdout:\n    one\n    two\n"
            "  stderr:\n    oh  (no line end)");
}

TEST(ExecPrintTest, SaysWhatTheExitCodeMeans) {
  const auto shown = [](int code) { return PrintToString(ExecResult{.argv = {"x"}, .exit_code = code}); };
  EXPECT_THAT(shown(126), HasSubstr("exit code 126 (the command could not be run)"));
  EXPECT_THAT(shown(127), HasSubstr("exit code 127 (no such command)"));
  EXPECT_THAT(shown(137), HasSubstr("(SIGKILL)"));
  EXPECT_THAT(shown(139), HasSubstr("(SIGSEGV)"));
  EXPECT_THAT(shown(143), HasSubstr("(SIGTERM)"));
  EXPECT_THAT(shown(-1), HasSubstr("(none is known)"));
  EXPECT_THAT(shown(0), Not(HasSubstr("(S")));
}

TEST(ExecPrintTest, ShowsTheEndOfLongOutputAndEscapesControls) {
  ExecResult result{.argv = {"x"}};
  for (int i = 0; i < 30; ++i) {
    result.out += "line " + std::to_string(i) + "\n";
  }
  result.err = "\x1b[31mred\n";
  EXPECT_THAT(PrintToString(result),
              AllOf(HasSubstr("stdout, the last 20 lines:\n    line 10\n"), HasSubstr("line 29"),
                    Not(HasSubstr("line 9\n")), HasSubstr("\\x1B[31mred")));
}

TEST(ExecPrintTest, SaysThatItWasCancelledOrCut) {
  const ExecResult result{.argv = {"x"}, .truncated = true, .cancelled = true, .note = "ended by SIGKILL"};
  EXPECT_THAT(PrintToString(result),
              AllOf(HasSubstr("cancelled, "), HasSubstr("ended by SIGKILL"), HasSubstr("over the limit")));
}

}  // namespace
}  // namespace drydock
