#include "container/run.h"

#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "container/session.h"
#include "support/child_process.h"
#include "support/environment_variable.h"
#include "support/forked.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;

class RunTest : public ::testing::Test {
 protected:
  static drydock::Run run_of(pid_t pid) {
    const EnvironmentVariable chosen{"DRYDOCK_SESSION_PID", std::to_string(pid)};
    return current_run();
  }

  const EnvironmentVariable no_session_{"DRYDOCK_SESSION", std::nullopt};
  const EnvironmentVariable no_pid_{"DRYDOCK_SESSION_PID", std::nullopt};
};

TEST_F(RunTest, IsCtestsProcessWhereThereIsOneAndElseThisProcess) {
  const drydock::Run run = current_run();
  EXPECT_EQ(run.owner, Owner::test_runner().value_or(Owner::of_this_process()));
  EXPECT_EQ(run.is_this_process, !Owner::test_runner());
}

TEST_F(RunTest, IsTheProcessThatTheEnvironmentNames) {
  const drydock::Run run = run_of(::getppid());
  EXPECT_EQ(run.owner, Owner::of(::getppid()));
  EXPECT_FALSE(run.is_this_process);
  EXPECT_THAT(describe(run), HasSubstr(std::to_string(::getppid())));
}

TEST_F(RunTest, CanBeThisProcessByChoice) {
  EXPECT_TRUE(run_of(::getpid()).is_this_process);
}

TEST_F(RunTest, HasTheSameIdInEachOfItsProcesses) {
  const pid_t owner = ::getppid();
  const std::string id = run_of(owner).id;
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(in_forked_child([&] { return run_of(owner).id; }), id);
  EXPECT_NE(run_of(::getpid()).id, id);
}

TEST_F(RunTest, TakesItsIdFromTheEnvironment) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", "nightly-7"};
  EXPECT_EQ(current_run().id, "nightly-7");
}

TEST_F(RunTest, AnIdThatNoObjectCouldHaveIsRefused) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", "a/b"};
  EXPECT_THROW((void)current_run(), InvalidArgumentError);
}

TEST_F(RunTest, IsTheSessionOfNoProcessButItsOwn) {
  EXPECT_EQ(current_session().owner, Owner::of_this_process());
}

TEST_F(RunTest, WhatIsNoNumberOfAProcessIsRefused) {
  for (const char* bad : {"x", "12x", "-1", "0", " 1", "99999999999999999999"}) {
    const EnvironmentVariable chosen{"DRYDOCK_SESSION_PID", bad};
    EXPECT_THROW((void)current_run(), InvalidArgumentError) << bad;
  }
}

TEST_F(RunTest, AProcessThatRunsNoMoreIsRefusedAlsoBeforeItIsWaitedFor) {
  ChildProcess child{{"true"}};
  const pid_t pid = child.pid();
  while (Owner::of(pid) && liveness(Owner::of(pid).value()) != Liveness::Dead) {
  }
  EXPECT_THROW((void)run_of(pid), InvalidArgumentError);
  child.wait();
  EXPECT_THROW((void)run_of(pid), InvalidArgumentError);
}

TEST_F(RunTest, AForkedChildOfAProgramThatIsItsOwnRunIsARunOfItsOwn) {
  if (Owner::test_runner()) {
    EXPECT_EQ(in_forked_child([] { return current_run().owner.to_text(); }), current_run().owner.to_text());
  } else {
    EXPECT_NE(in_forked_child([] { return current_run().owner.to_text(); }), current_run().owner.to_text());
  }
}

}  // namespace
}  // namespace drydock
