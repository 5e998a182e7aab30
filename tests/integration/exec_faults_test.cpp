// Commands that do not end well: timeouts, cancels, limits, containers that die under them. Each must end in
// the right error within its time, and leave no process behind.
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/exec.h"
#include "drydock/docker/client.h"

#include "support/engine_container.h"

namespace drydock {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class ExecFaultsTest : public testing::Test {
 protected:
  ExecResult sh(const std::string& script, const ExecOptions& options = {}) const {
    return run_exec(container_.client(), container_.id(), {"sh", "-c", script}, options);
  }
  /// Returns how many processes of that name live in the container; PID 1 there reaps no zombies.
  std::string count(const std::string& name) const {
    return sh("for f in /proc/[0-9]*/stat; do read -r pid comm state rest <$f && [ $comm = '(" + name +
              ")' ] && [ $state != Z ] && echo $pid; done 2>/dev/null | wc -l")
        .out;
  }

  EngineContainer container_{{.command = {"tail", "-f", "/dev/null"}}};
};

/// Runs `call`, which must throw, and returns what it threw.
template <typename Failure, typename Call>
Failure catch_failure(const Call& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure;
  }
  throw std::logic_error("it did not fail");
}

TEST_F(ExecFaultsTest, EndsTheCommandAtItsTimeoutAndKeepsItsOutput) {
  const auto start = Clock::now();
  const auto error = catch_failure<ExecTimeoutError>(
      [this] { sh("echo so far; echo oops >&2; sleep 300; echo never", {.timeout = 2s}); });
  EXPECT_LT(Clock::now() - start, 20s);
  EXPECT_EQ(error.code(), ErrorCode::ExecTimeout);
  EXPECT_EQ(error.operation(), "exec");
  EXPECT_EQ(error.result().out, "so far\n");
  EXPECT_EQ(error.result().err, "oops\n");
  EXPECT_EQ(error.result().exit_code, 137);
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_THAT(error.what(), HasSubstr("oops"));
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsAllThatTheCommandStarted) {
  const auto error = catch_failure<ExecTimeoutError>([this] {
    sh("sleep 300 & (sleep 300 & setsid sleep 300 & trap '' TERM; sleep 300) & sleep 300", {.timeout = 2s});
  });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsACommandThatForksOnAndOn) {
  const auto error = catch_failure<ExecTimeoutError>(
      [this] { sh("while :; do sleep 300 & sleep 0.01; done", {.timeout = 1s}); });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, SparesOtherCommands) {
  run_detached(container_.client(), container_.id(), {"sleep", "301"});
  ExecResult other;
  std::jthread beside{[&] { other = sh("sleep 1; echo survived"); }};
  catch_failure<ExecTimeoutError>([this] { sh("sleep 300", {.timeout = 300ms}); });
  beside.join();
  EXPECT_EQ(other.out, "survived\n");
  EXPECT_EQ(count("sleep"), "1\n");
}

TEST_F(ExecFaultsTest, EndsAnotherUsersCommand) {
  const auto error =
      catch_failure<ExecTimeoutError>([this] { sh("sleep 300", {.timeout = 300ms, .user = "1000"}); });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsWhatChangedItsUser) {
  sh("echo 'guest:x:1234:1234::/:/bin/sh' >>/etc/passwd");
  const auto error =
      catch_failure<ExecTimeoutError>([this] { sh("su guest -c 'sleep 300; :'; :", {.timeout = 2s}); });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsACommandOnATerminal) {
  const auto error =
      catch_failure<ExecTimeoutError>([this] { sh("echo hi; sleep 300", {.timeout = 2s, .tty = true}); });
  EXPECT_EQ(error.result().out, "hi\r\n");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsACommandThatClosedItsOutput) {
  const auto error =
      catch_failure<ExecTimeoutError>([this] { sh("exec >&- 2>&-; sleep 300", {.timeout = 2s}); });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, SaysThatACommandMayStillRunWhichHidFromIt) {
  const auto error =
      catch_failure<ExecTimeoutError>([this] { sh("exec env -i sleep 300", {.timeout = 2s}); });
  EXPECT_THAT(error.result().note, HasSubstr("it may still run"));
  EXPECT_EQ(error.result().exit_code, -1);
  EXPECT_EQ(count("sleep"), "1\n");
}

TEST_F(ExecFaultsTest, SaysThatACommandMayStillRunWhereThereIsNoShell) {
  const EngineContainer bare{
      {.image = "drydock-test/probe:1", .command = {"listen", "--port", "80", "--after-ms", "0"}}};
  const auto error = catch_failure<ExecTimeoutError>([&bare] {
    run_exec(bare.client(), bare.id(), {"probe", "exit", "--code", "0", "--after-ms", "60000"},
             {.timeout = 2s});
  });
  EXPECT_THAT(error.result().note, HasSubstr("it may still run"));
  EXPECT_THAT(error.result().note, HasSubstr("'sh'"));
}

TEST_F(ExecFaultsTest, EndsTheCommandWhenASinkCancels) {
  int calls = 0;
  const ExecResult result = sh("echo one; sleep 0.3; echo two; sleep 0.3; echo three; sleep 300",
                               {.on_stdout = [&calls](std::string_view) { return ++calls < 2; }});
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(result.note, StartsWith("ended"));
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, LetsThroughWhatASinkThrowsAfterTheCommandWasEnded) {
  EXPECT_THROW(sh("echo one; sleep 300",
                  {.on_stdout = [](std::string_view) -> bool { throw std::out_of_range("sink"); }}),
               std::out_of_range);
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, LetsThroughWhatASourceThrowsAfterTheCommandWasEnded) {
  EXPECT_THROW(sh("sleep 300", {.input_source = [](std::span<char>) -> std::size_t {
                    throw std::out_of_range("source");
                  }}),
               std::out_of_range);
  EXPECT_EQ(count("sleep"), "0\n");
}

TEST_F(ExecFaultsTest, EndsTheCommandAtItsOutputLimit) {
  const auto error =
      catch_failure<OutputLimitError>([this] { sh("echo first; cat /dev/zero", {.output_limit = 100'000}); });
  EXPECT_EQ(error.code(), ErrorCode::OutputLimit);
  EXPECT_EQ(error.result().out.size(), 100'000U);
  EXPECT_EQ(error.result().out.substr(0, 6), "first\n");
  EXPECT_TRUE(error.result().truncated);
  EXPECT_THAT(error.result().note, StartsWith("ended"));
  EXPECT_EQ(count("cat"), "0\n");
}

TEST_F(ExecFaultsTest, HoldsTheCommandBackWhileASinkIsBusy) {
  std::size_t seen = 0;
  const ExecResult result = sh("head -c 30000000 /dev/zero", {.on_stdout = [&seen](std::string_view piece) {
                                 if (seen < 1'000'000) {
                                   std::this_thread::sleep_for(1ms);
                                 }
                                 seen += piece.size();
                                 return true;
                               }});
  EXPECT_EQ(seen, 30'000'000U);
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecFaultsTest, SaysThatTheContainerWasKilledUnderTheCommand) {
  std::jthread killer;
  const auto error = catch_failure<Error>([&] {
    sh("echo alive; sleep 300", {.timeout = 30s, .on_stdout = [&](std::string_view) {
                                   killer = std::jthread{[this] { container_.kill(); }};
                                   return true;
                                 }});
  });
  killer.join();
  EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
  EXPECT_THAT(error.what(), HasSubstr("137"));
}

TEST_F(ExecFaultsTest, SaysThatTheContainerWasRemovedUnderTheCommand) {
  std::jthread remover;
  const auto error = catch_failure<Error>([&] {
    sh("echo alive; sleep 300", {.timeout = 30s, .on_stdout = [&](std::string_view) {
                                   remover = std::jthread{[this] { container_.remove(); }};
                                   return true;
                                 }});
  });
  remover.join();
  EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
}

TEST_F(ExecFaultsTest, RefusesToRunInAContainerThatDoesNotRun) {
  container_.kill();
  EXPECT_EQ(catch_failure<EngineError>([this] { sh("true"); }).code(), ErrorCode::Conflict);
  container_.remove();
  EXPECT_EQ(catch_failure<EngineError>([this] { sh("true"); }).code(), ErrorCode::NotFound);
}

TEST_F(ExecFaultsTest, EndsInTimeInAPausedContainer) {
  const auto start = Clock::now();
  std::jthread pauser;
  const auto error = catch_failure<ExecTimeoutError>([&] {
    sh("echo alive; sleep 300",
       {.timeout = 2s, .on_stdout = [&](std::string_view) {
          pauser = std::jthread{[this] { container_.client().containers().pause(container_.id()); }};
          return true;
        }});
  });
  pauser.join();
  EXPECT_LT(Clock::now() - start, 9s);
  EXPECT_THAT(error.result().note, HasSubstr("it may still run"));
  container_.client().containers().unpause(container_.id());
}

TEST_F(ExecFaultsTest, WorksWithAReadOnlyRoot) {
  const EngineContainer strict{{.patch_json = R"({"HostConfig":{"ReadonlyRootfs":true,"CapDrop":["ALL"],
      "SecurityOpt":["no-new-privileges"]},"User":"1000"})"}};
  const auto error = catch_failure<ExecTimeoutError>([&strict] {
    run_exec(strict.client(), strict.id(), {"sh", "-c", "sleep 300; :"}, {.timeout = 2s});
  });
  EXPECT_EQ(error.result().note, "ended by SIGKILL");
}

}  // namespace
}  // namespace drydock
