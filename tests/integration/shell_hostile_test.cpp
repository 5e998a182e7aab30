// Commands that do what they can to disturb the shell that runs them: each gives what an exec gives, and the
// next one does not notice.
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/shell.h"
#include "drydock/container/test_container.h"

#include "support/shell_cases.h"
#include "support/shell_comparison.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class ShellHostileTest : public testing::Test {
 protected:
  /// Returns whether a process with this command line is in the container.
  [[nodiscard]] bool is_running(const std::string& command) const {
    for (const auto& row : container_.client().containers().top(container_.id()).rows) {
      if (row.back() == command) {
        return true;
      }
    }
    return false;
  }

  void expect_next_is_well() {
    const ExecResult next = shell_.sh("printf out; printf err >&2; exit 42");
    EXPECT_EQ(next.out, "out");
    EXPECT_EQ(next.err, "err");
    EXPECT_EQ(next.exit_code, 42);
  }

  TestContainer container_{{.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}}};
  Shell shell_{container_.shell()};
};

TEST_F(ShellHostileTest, RunsEachCaseAsAnExecDoes) {
  for (const ShellCase& each : shell_cases()) {
    SCOPED_TRACE(each.name);
    EXPECT_TRUE(runs_alike(container_, shell_, each.argv, each.options));
    expect_next_is_well();
  }
}

TEST_F(ShellHostileTest, TellsEachExitCode) {
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(shell_.sh("exit " + std::to_string(code)).exit_code, code);
  }
}

TEST_F(ShellHostileTest, TellsEachSignal) {
  for (const int signal : {1, 2, 3, 6, 8, 9, 11, 13, 14, 15, 24, 31}) {
    const std::string text = "kill -" + std::to_string(signal) + " $$";
    EXPECT_TRUE(runs_alike(container_, shell_, {"sh", "-c", text}));
  }
}

TEST_F(ShellHostileTest, SaysThatTheExitCodeIsUnknownWhenItsParentWasKilled) {
  EXPECT_EQ(code_thrown_by([&] { shell_.sh("kill -9 $PPID; echo on >/tmp/went_on"); }),
            ErrorCode::CommandFailed);
  EXPECT_TRUE(container_.exec({"cat", "/tmp/went_on"}).ok());
  expect_next_is_well();
}

TEST_F(ShellHostileTest, SaysThatTheExitCodeIsUnknownWhenAllWereKilled) {
  // Linux spares the caller of kill(-1), and its PID namespace's first process.
  EXPECT_EQ(code_thrown_by([&] { shell_.sh("echo once >>/tmp/runs; kill -9 -1"); }),
            ErrorCode::CommandFailed);
  EXPECT_EQ(container_.exec({"cat", "/tmp/runs"}).out, "once\n");
  expect_next_is_well();
}

TEST_F(ShellHostileTest, StartsAnotherWhenItWasKilledBetweenTwoCommands) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(
        container_.exec({"sh", "-c", "for p in $(pidof sh); do [ $p = $$ ] || kill -9 $p; done"}).ok());
    expect_next_is_well();
  }
}

TEST_F(ShellHostileTest, KeepsALeftChildsOutputOutOfLaterCommands) {
  // It closes what holds up the command's end, and writes later to all else that it was given.
  const ExecResult first = shell_.sh(
      "(exec >/dev/null 2>&1; sleep 0.3; for fd in /proc/self/fd/*; do [ -p $fd ] && echo intruder >$fd; "
      "done) & echo first");
  EXPECT_EQ(first.out, "first\n");
  for (int i = 0; i < 50; ++i) {
    const ExecResult next = shell_.sh("echo next; sleep 0.01");
    ASSERT_EQ(next.out, "next\n");
    ASSERT_EQ(next.err, "");
  }
}

TEST_F(ShellHostileTest, StartsItsRelaysAgainWhenTheyWereKilledBetweenTwoCommands) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(container_.exec({"killall", "-9", "cat"}).ok());
    expect_next_is_well();
  }
}

TEST_F(ShellHostileTest, SaysThatOutputIsLostWhenARelayWasKilled) {
  EXPECT_EQ(code_thrown_by([&] { shell_.sh("echo out; killall -9 cat; echo on >/tmp/went_on"); }),
            ErrorCode::CommandFailed);
  EXPECT_TRUE(container_.exec({"cat", "/tmp/went_on"}).ok());
  expect_next_is_well();
  EXPECT_EQ(code_thrown_by([&] { shell_.sh("killall -9 cat; yes"); }), ErrorCode::CommandFailed)
      << "SIGPIPE ends what has nobody to write to";
  expect_next_is_well();
}

TEST_F(ShellHostileTest, TellsHowACommandEndedWhoseOutputIsWantedNoMore) {
  const auto slowly = [pieces = 0](std::string_view) mutable {
    std::this_thread::sleep_for(std::chrono::seconds{1});  // meanwhile the end has come, too
    return ++pieces < 2;
  };
  const ExecResult ended = shell_.sh("echo a; sleep 0.1; echo b; exit 3", {.on_stdout = slowly});
  EXPECT_TRUE(ended.cancelled);
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(ended.note, "ended with exit code 3");
}

TEST_F(ShellHostileTest, BeginsInTheDirectoryThatIsThere) {
  const TestContainer container{
      {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}, .working_dir = "/srv/app"}};
  Shell shell = container.shell();
  EXPECT_TRUE(shell.sh("echo old >v; mv /srv/app /srv/old; mkdir /srv/app; echo new >/srv/app/v").ok());
  EXPECT_EQ(shell.run({"cat", "v"}).out, "new\n");
  EXPECT_TRUE(shell.run({"rm", "-r", "/srv/app"}).ok());
  EXPECT_TRUE(runs_alike(container, shell, {"pwd"}));
}

TEST_F(ShellHostileTest, LeavesNoDeadProcesses) {
  for (int i = 0; i < 5; ++i) {
    Shell shell = container_.shell();
    EXPECT_TRUE(shell.run({"true"}).ok());
    const auto fail = [](std::string_view) -> bool { throw std::runtime_error("sink"); };
    EXPECT_THROW(shell.run({"yes"}, {.on_stdout = fail}), std::runtime_error);
  }
  // The first process of this container waits for no others; the engine's list leaves the dead ones out.
  const std::string dead = "grep -l '^State:.Z' /proc/[0-9]*/status | wc -l";
  const Deadline limit = Deadline::in(std::chrono::seconds{20});
  std::string left;
  do {
    left = container_.sh(dead).out;
  } while (left != "0\n" && !limit.expired());
  EXPECT_EQ(left, "0\n");
}

TEST_F(ShellHostileTest, LeavesABackgroundChildRunning) {
  EXPECT_TRUE(shell_.sh("sleep 777 >/dev/null 2>&1 &").ok());
  EXPECT_TRUE(is_running("sleep 777"));
  { const Shell ended = std::move(shell_); }
  EXPECT_TRUE(is_running("sleep 777"));
}

TEST_F(ShellHostileTest, EndsACommandAndWhatItStartedAtItsTimeout) {
  const ExecOptions options{.timeout = std::chrono::milliseconds{700}};
  const std::string text = "echo out; (trap '' TERM; sleep 555) & setsid sleep 556 & sleep 557";
  EXPECT_TRUE(runs_alike(container_, shell_, {"sh", "-c", text}, options));
  EXPECT_FALSE(is_running("sleep 555") || is_running("sleep 556") || is_running("sleep 557"));
  expect_next_is_well();
}

TEST_F(ShellHostileTest, SparesWhatAnEarlierCommandLeftAtATimeout) {
  EXPECT_TRUE(shell_.sh("sleep 776 >/dev/null 2>&1 &").ok());
  EXPECT_EQ(code_thrown_by([&] {
              shell_.run({"sleep", "100"}, {.timeout = std::chrono::milliseconds{300}});
            }),
            ErrorCode::ExecTimeout);
  EXPECT_TRUE(is_running("sleep 776"));
}

TEST_F(ShellHostileTest, EndsACommandThatPrintsWithoutEnd) {
  const CommandOutcome cut = outcome_of([&] { return shell_.run({"yes"}, {.output_limit = 100000}); });
  EXPECT_EQ(cut.error, ErrorCode::OutputLimit);
  EXPECT_EQ(cut.result.out.size(), 100000U);
  EXPECT_EQ(cut.result.exit_code, 137);
  EXPECT_FALSE(is_running("yes"));
  EXPECT_EQ(code_thrown_by([&] {
              shell_.run({"yes"},
                         {.timeout = std::chrono::milliseconds{500}, .on_stdout = [](auto) { return true; }});
            }),
            ErrorCode::ExecTimeout);
  expect_next_is_well();
}

}  // namespace
}  // namespace drydock
