// A shell that stands in a container: what a command gives, and what a shell lives through.
#include "drydock/container/shell.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/test_container.h"
#include "drydock/gtest/container_test.h"

#include "support/forked.h"
#include "support/shell_comparison.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

ContainerSpec busybox() {
  return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}, .env = {{"GIVEN", "by spec"}}};
}

/// Tells shells apart by the session of a command's parent, which is the shell's own or, by an exec,
/// nobody's.
constexpr const char* kPrintSession = "cut -d ' ' -f 6 /proc/$PPID/stat";

/// The container's own process, and what a shell that waits is: the exec's `sh`, the shell, two relays.
constexpr std::size_t kWithoutShell = 1;
constexpr std::size_t kWithShell = 5;

class ShellTest : public testing::Test {
 protected:
  [[nodiscard]] std::size_t processes() const {
    return container_.client().containers().top(container_.id()).rows.size();
  }
  /// Waits for at most 20 s until as many processes are left.
  [[nodiscard]] std::size_t processes_after_waiting_for(std::size_t expected) const {
    const Deadline limit = Deadline::in(std::chrono::seconds{20});
    while (processes() != expected && !limit.expired()) {
    }
    return processes();
  }

  TestContainer container_{busybox()};
};

TEST_F(ShellTest, GivesWhatAnExecGives) {
  Shell shell = container_.shell();
  const ExecResult result = shell.sh("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.container, short_id(container_.id()));
  EXPECT_GT(result.wall_time.count(), 0);
  EXPECT_EQ(shell.sh("echo $GIVEN").out, "by spec\n");
}

TEST_F(ShellTest, RunsCommandAfterCommandInOneShell) {
  Shell shell = container_.shell();
  const std::string session = shell.sh(kPrintSession).out;
  EXPECT_NE(session, "0\n");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(shell.sh(kPrintSession).out, session);
  }
}

TEST_F(ShellTest, KeepsItsShellOverATimeoutAnOutputLimitAndACancel) {
  Shell shell = container_.shell();
  const std::string session = shell.sh(kPrintSession).out;
  EXPECT_THROW(shell.run({"sleep", "100"}, {.timeout = milliseconds{300}}), ExecTimeoutError);
  EXPECT_EQ(shell.sh(kPrintSession).out, session);
  EXPECT_THROW(shell.run({"yes"}, {.output_limit = 1000}), OutputLimitError);
  EXPECT_EQ(shell.sh(kPrintSession).out, session);
  const ExecResult cancelled = shell.run({"yes"}, {.on_stdout = [](auto) { return false; }});
  EXPECT_TRUE(cancelled.cancelled);
  EXPECT_EQ(cancelled.note, "ended by SIGKILL");
  EXPECT_EQ(shell.sh(kPrintSession).out, session);
}

TEST_F(ShellTest, EndsTheCommandOfASinkThatThrows) {
  Shell shell = container_.shell();
  const auto fail = [](std::string_view) -> bool { throw std::runtime_error("sink"); };
  EXPECT_THROW(shell.run({"yes"}, {.on_stdout = fail}), std::runtime_error);
  EXPECT_EQ(processes_after_waiting_for(kWithoutShell), kWithoutShell);
  EXPECT_TRUE(shell.run({"true"}).ok());
}

TEST_F(ShellTest, RunsWhatASinkRunsMeanwhile) {
  Shell shell = container_.shell();
  std::string inner;
  const auto sink = [&](std::string_view) {
    inner += shell.run({"echo", "inner"}).out;
    return true;
  };
  EXPECT_TRUE(shell.run({"echo", "outer"}, {.on_stdout = sink}).ok());
  EXPECT_EQ(inner, "inner\n");
}

TEST_F(ShellTest, LeavesNothingBehind) {
  {
    Shell shell = container_.shell();
    EXPECT_TRUE(shell.run({"true"}).ok());
    EXPECT_EQ(processes_after_waiting_for(kWithShell), kWithShell);
  }
  EXPECT_EQ(processes_after_waiting_for(kWithoutShell), kWithoutShell);
}

TEST_F(ShellTest, FollowsTheContainerThroughStopRestartAndReset) {
  Shell shell = container_.shell();
  container_.restart(std::chrono::seconds{0});
  EXPECT_EQ(shell.run({"echo", "restarted"}).out, "restarted\n");
  container_.reset(Reset{reset::Recreate{}});
  EXPECT_EQ(shell.run({"hostname"}).out, container_.id().substr(0, 12) + "\n");
  EXPECT_NE(shell.sh(kPrintSession).out, "0\n");
  container_.stop(std::chrono::seconds{0});
  EXPECT_EQ(code_thrown_by([&] { shell.run({"true"}); }), ErrorCode::Conflict);
}

TEST_F(ShellTest, RunsNothingInAPausedContainer) {
  Shell shell = container_.shell();
  container_.pause();
  EXPECT_EQ(code_thrown_by([&] { shell.run({"touch", "/tmp/ran"}); }), ErrorCode::Conflict);
  container_.unpause();
  EXPECT_FALSE(shell.run({"test", "-e", "/tmp/ran"}).ok());
}

TEST_F(ShellTest, SaysWhenTheContainerDiedUnderTheCommand) {
  Shell shell = container_.shell();
  const auto die = [&](auto) {
    container_.client().containers().kill(container_.id(), "SIGKILL");
    return true;
  };
  EXPECT_EQ(code_thrown_by([&] { shell.sh("echo now; sleep 100", {.on_stdout = die}); }),
            ErrorCode::ContainerExited);
}

TEST_F(ShellTest, SaysWhenTheContainerIsGone) {
  Shell shell = container_.shell();
  container_.remove();
  EXPECT_EQ(code_thrown_by([&] { shell.run({"true"}); }), ErrorCode::NotFound);
}

TEST_F(ShellTest, RefusesWhatAnExecRefuses) {
  Shell shell = container_.shell();
  EXPECT_EQ(code_thrown_by([&] { shell.run({}); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { shell.run({"true"}, {.timeout = milliseconds{0}}); }),
            ErrorCode::InvalidArgument);
  Shell other = std::move(shell);
  EXPECT_TRUE(other.run({"true"}).ok());
  EXPECT_EQ(code_thrown_by([&] { shell.run({"true"}); }),  // NOLINT(bugprone-use-after-move): that is tested
            ErrorCode::InvalidArgument);
}

TEST_F(ShellTest, OutlivesAForkedChildThatUsesItsCopy) {
  Shell shell = container_.shell();
  const std::string session = shell.sh(kPrintSession).out;
  const std::string childs = in_forked_child([&] { return shell.sh(kPrintSession).out; });
  EXPECT_NE(childs, session);
  EXPECT_THAT(childs, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(shell.sh(kPrintSession).out, session);
}

TEST_F(ShellTest, ServesManyThreads) {
  Shell shell = container_.shell();
  std::vector<std::thread> threads;
  std::vector<std::string> outputs(4);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        outputs[i] += shell.run({"echo", std::to_string(i)}).out;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string line = std::to_string(i) + "\n";
    EXPECT_EQ(outputs[i], line + line + line + line + line);
  }
}

TEST_F(ShellTest, IsTheGuardsOwnForFastCommands) {
  const ExecOptions fast{.mode = ExecMode::Fast};
  const std::string session = container_.sh(kPrintSession, fast).out;
  EXPECT_NE(session, container_.sh(kPrintSession).out);
  EXPECT_EQ(container_.sh(kPrintSession, fast).out, session);
  EXPECT_EQ(processes_after_waiting_for(kWithShell), kWithShell);
  EXPECT_EQ(container_.exec({"id", "-u"}, {.user = "4321", .mode = ExecMode::Fast}).out, "4321\n");
  container_.reset(Reset{reset::Recreate{}});
  EXPECT_NE(container_.sh(kPrintSession, fast).out, "0\n");
}

TEST(ShellWithoutShTest, SaysWhatIsMissingAndRunsFastCommandsPlainly) {
  const TestContainer container{
      {.image = "drydock-test/probe:1", .command = {"listen", "--port", "1", "--after-ms", "0"}}};
  const auto error = thrown_by<Error>([&] { (void)container.shell(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandNotStarted);
  EXPECT_THAT(error->what(), HasSubstr("drydock-test/probe:1"));
  const std::vector<std::string> argv{"/probe", "exit", "--code", "7", "--after-ms", "0"};
  const ExecResult plain = container.exec(argv);
  const ExecResult fast = container.exec(argv, {.mode = ExecMode::Fast});
  EXPECT_EQ(fast.exit_code, plain.exit_code);
  EXPECT_EQ(fast.out, plain.out);
}

class ShellOfAFixtureTest : public ContainerTest {};

TEST_F(ShellOfAFixtureTest, IsOneForEachContainer) {
  const TestContainer& one = start(busybox());
  const TestContainer& two = start(busybox());
  EXPECT_EQ(&shell(one), &shell(one));
  EXPECT_NE(&shell(one), &shell(two));
  EXPECT_EQ(shell(two).run({"hostname"}).out, two.id().substr(0, 12) + "\n");
}

}  // namespace
}  // namespace drydock
