// Commands in a container: what is a result, and what is an error.
//
// What to look at: an exit code is a value, whatever it is; it never throws. What throws is what kept the
// command from having an exit code: a timeout, too much output, a container that is gone.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;
using std::chrono::seconds;
using testing::AnyOf;
using testing::HasSubstr;

struct Busybox {
  static ContainerSpec spec() { return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}}; }
};

// One container for all tests of the suite: they only look, or change what no other test looks at.
class ExecTest : public SuiteContainer<Busybox> {};

TEST_F(ExecTest, KeepsStdoutStderrAndExitCodeApart) {
  const ExecResult result = container().sh("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  // The same by a matcher; when it fails it prints the command, the code and the output.
  EXPECT_THAT(result, ExitedWith(3, StdoutIs("out\n"), StderrIs("err\n")));
}

TEST_F(ExecTest, ACommandThatDoesNotExistIsAResultToo) {
  // 126 or 127, by the engine's version; the message is in the output.
  const ExecResult result = container().exec({"no-such-program"});
  EXPECT_THAT(result, ExitedWith(AnyOf(126, 127)));
  EXPECT_THAT(result.out + result.err, HasSubstr("no-such-program"));
}

TEST_F(ExecTest, TakesEnvironmentUserDirectoryAndInput) {
  const ExecOptions options{
      .env = {{"NAME", "drydock"}}, .user = "tester", .working_dir = "/tmp", .input = "line\n"};
  EXPECT_THAT(container().sh("id -un; pwd; echo $NAME; cat", options),
              Succeeded(StdoutIs("tester\n/tmp\ndrydock\nline\n")));
}

TEST_F(ExecTest, ATimeoutKeepsTheOutputSoFar) {
  try {
    container().sh("echo started; sleep 1000", {.timeout = seconds{3}});
    FAIL() << "the command ended by itself";
  } catch (const ExecTimeoutError& error) {
    EXPECT_EQ(error.code(), ErrorCode::ExecTimeout);
    EXPECT_EQ(error.result().out, "started\n");
  }
}

TEST_F(ExecTest, OutputIsCapped) {
  const ExecOptions small{.output_limit = 1000, .on_output_limit = OnOutputLimit::Truncate};
  const ExecResult result = container().sh("yes | head -c 100000", small);
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.out.size(), 1000U);
  EXPECT_THROW(container().sh("yes | head -c 100000", {.output_limit = 1000}), OutputLimitError);
}

TEST_F(ExecTest, ErrorsSayWhichKindTheyAre) {
  try {
    run_exec(container().client(), "no-such-container", {"true"});
    FAIL() << "there is a container of that name";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
    EXPECT_EQ(error.http_status(), 404);
    EXPECT_THAT(error.what(), HasSubstr("no-such-container"));
  }
}
