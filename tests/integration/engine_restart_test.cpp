// The engine is away when the owner dies: its watchdog asks until the engine is back.
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "container/engine_objects.h"
#include "support/child_process.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/second_engine.h"
#include "support/subprocess.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::SizeIs;

class EngineRestartTest : public ::testing::Test {
 protected:
  EngineRestartTest() { engine_.take_image(kBusybox); }

  [[nodiscard]] ChildProcess start_mortal() const {
    return ChildProcess{{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/mortal", "--gtest_filter=Mortal.Dies"},
                        {{"DRYDOCK_DEATH", "wait"},
                         {"DOCKER_HOST", engine_.endpoint().to_string()},
                         {"XDG_STATE_HOME", state_.path().string()}}};
  }

  [[nodiscard]] std::size_t left(const std::string& owner) const {
    const Client client{engine_.endpoint()};
    std::size_t count = 0;
    for (const ObjectKind kind : kRemovalOrder) {
      count += find_objects(client, kind, "drydock.owner=" + owner).size();
    }
    return count;
  }

  void expect_all_removed_after(const std::function<void()>& end_engine) {
    ChildProcess mortal = start_mortal();
    const std::string owner = mortal.hear("owner ");
    ASSERT_EQ(left(owner), 3U);
    end_engine();
    mortal.kill(SIGKILL);
    mortal.wait_process();
    EXPECT_THAT(watchdogs_of(owner), SizeIs(1)) << "it waits for the engine";
    engine_.begin_start();
    engine_.await_start();
    EXPECT_TRUE(watchdogs_gone(owner));
    EXPECT_EQ(left(owner), 0U);
  }

  SecondEngine engine_{};
  const ScratchDirectory state_{};
};

TEST_F(EngineRestartTest, WhatAnOwnerLeftIsRemovedWhenAStoppedEngineIsBack) {
  expect_all_removed_after([&] { engine_.stop(); });
}

TEST_F(EngineRestartTest, WhatAnOwnerLeftIsRemovedWhenAKilledEngineIsBack) {
  expect_all_removed_after([&] { engine_.kill(); });
}

// Owner, watchdog and engine all go; then the next program's sweep has it.
TEST_F(EngineRestartTest, WhatIsLeftWithoutAWatchdogIsSweptByTheNextProgram) {
  ChildProcess mortal = start_mortal();
  const std::string owner = mortal.hear("owner ");
  const std::vector<pid_t> watchdogs = watchdogs_of(owner);
  ASSERT_THAT(watchdogs, SizeIs(1));
  ASSERT_EQ(::kill(watchdogs[0], SIGKILL), 0);
  mortal.kill(SIGKILL);
  mortal.wait_process();
  engine_.stop();
  engine_.begin_start();
  engine_.await_start();
  ASSERT_EQ(left(owner), 3U);
  const SubprocessResult next =
      run_subprocess({std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending", "--gtest_filter=Ending.Passes"},
                     {{"DOCKER_HOST", engine_.endpoint().to_string()}});
  EXPECT_EQ(next.exit_code, 0) << next.output;
  EXPECT_EQ(left(owner), 0U);
}

}  // namespace
}  // namespace drydock
