// Whatever ends a ctest run, its watchdog removes the services that drydock up brought up for it. Real
// ctests, with the tests of a service as drydock_add_service() makes them.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/deadline.h"

#include "container/owner.h"
#include "support/child_process.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/tool.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

using std::chrono::seconds;

class ServiceDeathsTest : public ::testing::Test {
 protected:
  ServiceDeathsTest() {
    const std::string state = "\"--state\" \"" + (tree_.path() / "box-{session}.json").string() + "\"";
    std::ofstream file{tree_.path() / "CTestTestfile.cmake"};
    file << "add_test(box.up \"" << tool_path() << "\" up box \"--image=" << kBusybox << "\" " << state
         << " -- sleep 600)\n"
         << "set_tests_properties(box.up PROPERTIES FIXTURES_SETUP box)\n"
         << "add_test(box.down \"" << tool_path() << "\" down box " << state << ")\n"
         << "set_tests_properties(box.down PROPERTIES FIXTURES_CLEANUP box)\n"
         // A test that goes on until its ctest does not.
         << "add_test(user sh -c \"echo uses >$USED; while kill -0 $PPID; do sleep 0.02; done\")\n"
         << "set_tests_properties(user PROPERTIES FIXTURES_REQUIRED box)\n";
  }

  [[nodiscard]] ChildProcess start() const {
    return ChildProcess{{"ctest", "--test-dir", tree_.path()},
                        {{"USED", used_},
                         {"DRYDOCK_SESSION", ""},
                         {"DRYDOCK_SESSION_PID", ""},
                         {"XDG_STATE_HOME", tree_.path() / "state"},
                         {"DRYDOCK_LOG_DIR", tree_.path() / "logs"}}};
  }

  [[nodiscard]] bool is_used() const {
    const Deadline deadline = Deadline::in(seconds{60});
    while (!std::filesystem::exists(used_) && !deadline.expired()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return std::filesystem::exists(used_);
  }

  [[nodiscard]] static std::string owner_of(const ChildProcess& ctest) {
    return Owner::of(ctest.pid()).value().to_text();
  }

  static void expect_nothing_left(const std::string& owner) {
    EXPECT_TRUE(all_gone("drydock.owner=" + owner));
    EXPECT_TRUE(watchdogs_gone(owner)) << "a watchdog that has nothing to do ends";
    EXPECT_THAT(left_behind("drydock.owner=" + owner), IsEmpty()) << "nothing came late";
  }

  // Ends a ctest while a test of it uses the service.
  void expect_nothing_left_after(const std::function<void(const ChildProcess&)>& end) const {
    ChildProcess ctest = start();
    const std::string owner = owner_of(ctest);
    ASSERT_TRUE(is_used());
    EXPECT_THAT(left_behind("drydock.owner=" + owner), SizeIs(1));
    end(ctest);
    ctest.wait_process();
    expect_nothing_left(owner);
  }

  const ScratchDirectory tree_{};
  const std::string used_ = tree_.path() / "used";
};

TEST_F(ServiceDeathsTest, AnInterruptedRunLeavesNothing) {
  expect_nothing_left_after([](const ChildProcess& ctest) { ctest.kill_group(SIGINT); });
}

TEST_F(ServiceDeathsTest, AKilledCtestLeavesNothing) {
  expect_nothing_left_after([](const ChildProcess& ctest) { ctest.kill(SIGKILL); });
}

TEST_F(ServiceDeathsTest, ACtestThatIsKilledWhileTheServiceComesUpLeavesNothing) {
  ChildProcess ctest = start();
  const std::string owner = owner_of(ctest);
  const Deadline deadline = Deadline::in(seconds{60});
  while (left_behind("drydock.owner=" + owner).empty()) {
    ASSERT_FALSE(deadline.expired());
  }
  ctest.kill(SIGKILL);
  ctest.wait_process();
  expect_nothing_left(owner);
}

}  // namespace
}  // namespace drydock
