// drydock run: a container for the length of one command.
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/child_process.h"
#include "support/engine_test.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/tool.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ToolRunTest : public EngineTest {
 protected:
  void TearDown() override {
    EXPECT_TRUE(all_gone("drydock.session=" + session_));
    EngineTest::TearDown();
  }

  // drydock run with a container that idles, and `command` beside it.
  static std::vector<std::string> idle(std::vector<std::string> command) {
    std::vector<std::string> argv{"run", "--image", kBusybox, "--command", "sleep 600", "--"};
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
  }

  ChildProcess start(const std::string& script) {
    std::vector<std::string> argv = idle({"sh", "-c", script});
    argv.insert(argv.begin(), tool_path());
    return ChildProcess{argv};
  }

  const std::string session_ = "run-" + random_hex(8);
  const EnvironmentVariable joined_{"DRYDOCK_SESSION", session_};
};

TEST_F(ToolRunTest, TheCommandFindsTheContainersAddress) {
  const SubprocessResult result = run_tool(
      {"run", "--image", "drydock-test/web:1", "-p", "8080", "--wait", "http:8080/health", "--", "bash", "-c",
       "[ $DRYDOCK_ADDRESS_8080 = $DRYDOCK_HOST:$DRYDOCK_PORT_8080 ] || exit 2; "
       "exec 3<>/dev/tcp/$DRYDOCK_HOST/$DRYDOCK_PORT_8080; "
       "printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3; echo id $DRYDOCK_CONTAINER"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, AllOf(HasSubstr("200 OK"), HasSubstr("id ")));
}

TEST_F(ToolRunTest, OptionsReachTheContainer) {
  const SubprocessResult result =
      run_tool({"run", "--image", kBusybox, "--env", "WORD=hello", "--file", "/etc/os-release:/copied",
                "--mount", "type=tmpfs,target=/scratch", "--command",
                "sh -c 'test -s /copied && touch /scratch/x && echo $WORD; sleep 600'", "--wait", "log:hello",
                "--", "true"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(ToolRunTest, EndsWithTheCommandsExitCode) {
  EXPECT_EQ(run_tool(idle({"true"})).exit_code, 0);
  EXPECT_EQ(run_tool(idle({"sh", "-c", "exit 7"})).exit_code, 7);
  EXPECT_EQ(run_tool(idle({"sh", "-c", "kill -KILL $$"})).exit_code, 128 + SIGKILL);
  EXPECT_EQ(run_tool(idle({DRYDOCK_TEST_PROGRAMS_DIR "/nosuch"})).exit_code, 127);
  EXPECT_EQ(run_tool(idle({"/"})).exit_code, 126);
}

TEST_F(ToolRunTest, PassesWordsOnAsTheyAre) {
  EXPECT_EQ(run_tool(idle({"printf", "%s|", "[a, b]", "--", "--image", ""})).output, "[a, b]|--|--image||");
}

TEST_F(ToolRunTest, SaysAsJsonHowTheCommandEnded) {
  const Json report = run_tool_for_json(idle({"sh", "-c", "exit 3"}));
  EXPECT_EQ(report["exit_code"].integer(), 3);
  EXPECT_THAT(report["argv"].string_list(), ::testing::ElementsAre("sh", "-c", "exit 3"));
  EXPECT_EQ(report["image"].string(), kBusybox);
}

TEST_F(ToolRunTest, PassesSignalsOn) {
  ChildProcess tool = start("trap 'echo heard; exit 9' TERM; echo ready; while :; do sleep 0.02; done");
  tool.hear("ready");
  tool.kill(SIGTERM);
  EXPECT_EQ(tool.wait().exit_code, 9);
  EXPECT_THAT(tool.output(), HasSubstr("heard"));
}

TEST_F(ToolRunTest, WhenItIsKilledTheContainerGoesAndTheCommandEnds) {
  ChildProcess tool = start("trap 'echo ended; exit' TERM; echo ready; while :; do sleep 0.02; done");
  tool.hear("ready");
  tool.kill(SIGKILL);
  tool.wait();  // until nobody holds the output
  EXPECT_THAT(tool.output(), HasSubstr("ended"));
  EXPECT_TRUE(all_gone("drydock.session=" + session_));
}

TEST_F(ToolRunTest, WhenItIsInterruptedWhileTheContainerStartsItGoes) {
  ChildProcess tool{{tool_path(), "run", "--image", kBusybox, "--command", "sleep 600", "--wait", "log:never",
                     "--", "true"}};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (left_behind("drydock.session=" + session_).empty() && std::chrono::steady_clock::now() < deadline) {
  }
  tool.kill(SIGINT);
  EXPECT_EQ(tool.wait().signal, SIGINT);
}

TEST_F(ToolRunTest, AContainerThatDoesNotStartIsToldApart) {
  const SubprocessResult result = run_tool({"run", "--image", kBusybox, "--command",
                                            "sh -c 'echo broken; exit 3'", "--wait", "log:up", "--", "true"});
  EXPECT_EQ(result.exit_code, 125);
  EXPECT_THAT(result.output, AllOf(HasSubstr("broken"), HasSubstr("exit code 3")));
}

TEST_F(ToolRunTest, BadUsageIsRefusedBeforeAnythingStarts) {
  EXPECT_EQ(run_tool({"run", "--image", kBusybox}).exit_code, 2) << "no command";
  EXPECT_EQ(run_tool({"run", "--", "true"}).exit_code, 2) << "no image";
  for (const char* option : {"--wait=soon", "--mount=/a:/b", "--file=a", "--env==x", "--publish=http",
                             "--pull=maybe", "--ready-timeout=0", "--command='"}) {
    EXPECT_EQ(run_tool({"run", "--image", kBusybox, option, "--", "true"}).exit_code, 2) << option;
  }
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty());
}

}  // namespace
}  // namespace drydock
