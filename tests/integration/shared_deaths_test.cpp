// Whatever ends a ctest run, its watchdog removes what the run's tests shared. Real ctests, one test process
// for each test. The times from the end to the last removal are printed; the limit on them here only tells
// slow from never.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "container/owner.h"
#include "support/child_process.h"
#include "support/engine_events.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

const std::string kSharer = std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/sharer";

class SharedDeathsTest : public ::testing::Test {
 protected:
  /// A ctest of the build tree, and what its tests said.
  struct CtestRun {
    ChildProcess ctest;
    std::string owner{};
    std::filesystem::path told{};

    [[nodiscard]] std::string filter() const { return "drydock.owner=" + owner; }
    // Returns the lines of the tests that attached; of one that attached again there is one, too.
    [[nodiscard]] std::multiset<std::string> containers() const {
      std::multiset<std::string> lines;
      std::ifstream file{told};
      for (std::string line; std::getline(file, line) && !file.eof();) {
        if (line.starts_with("container ")) {
          lines.insert(line);
        }
      }
      return lines;
    }
    [[nodiscard]] bool hears(std::size_t tests) const {
      const Deadline deadline = Deadline::in(seconds{120});
      while (containers().size() < tests) {
        if (deadline.expired()) {
          return false;
        }
        std::this_thread::sleep_for(milliseconds{5});
      }
      return true;
    }
  };

  SharedDeathsTest() {
    std::ofstream file{tree_.path() / "CTestTestfile.cmake"};
    for (std::size_t i = 0; i < kTests; ++i) {
      // Through a file: ctest shows a test's output at its end only.
      file << "add_test(test" << i << " sh \"-c\" \"exec " << kSharer
           << " --gtest_filter=Sharer.Attaches >>$TOLD\")\n";
    }
  }

  [[nodiscard]] CtestRun start(const std::string& end) {
    const std::filesystem::path told = tree_.path() / ("told" + std::to_string(runs_++));
    ChildProcess ctest{{"ctest", "--test-dir", tree_.path(), "-j2"},
                       {{"SHARER_END", end},
                        {"SHARER_MARK", "ctest"},
                        {"TOLD", told},
                        {"DRYDOCK_SESSION", ""},
                        {"DRYDOCK_SESSION_PID", ""},
                        {"XDG_STATE_HOME", tree_.path() / "state"},
                        {"DRYDOCK_LOG_DIR", tree_.path() / "logs"}}};
    std::string owner = Owner::of(ctest.pid()).value().to_text();
    return {std::move(ctest), std::move(owner), told};
  }

  // To be called at the moment of the run's end.
  void expect_nothing_left(const CtestRun& run) {
    const SteadyClock::time_point end = SteadyClock::now();
    EXPECT_TRUE(all_gone(run.filter()));
    const auto took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - end).count();
    std::printf("removed_after_ms=%lld\n", static_cast<long long>(took));
    RecordProperty("removed_after_ms", std::to_string(took));
    EXPECT_TRUE(watchdogs_gone(run.owner)) << "a watchdog that has nothing to do ends";
    EXPECT_THAT(left_behind(run.filter()), IsEmpty()) << "nothing came late";
    for (const auto& entry : std::filesystem::directory_iterator(tree_.path() / "state" / "drydock")) {
      EXPECT_NE(entry.path().extension(), ".lock") << entry.path();
    }
  }

  void expect_one_start(const CtestRun& run) {
    EXPECT_THAT(run.containers(), SizeIs(kTests));
    EXPECT_EQ(run.containers().count(*run.containers().begin()), kTests) << "all had the same";
    EXPECT_THAT(container_events("start", run.filter(), began_), SizeIs(1));
  }

  static constexpr std::size_t kTests = 4;
  const ScratchDirectory tree_{};
  const std::chrono::system_clock::time_point began_ = std::chrono::system_clock::now();
  int runs_{0};
};

TEST_F(SharedDeathsTest, ARunThatPassesStartsOneContainerAndLeavesNothing) {
  CtestRun run = start("pass");
  EXPECT_EQ(run.ctest.wait(seconds{120}).exit_code, 0) << run.ctest.output();
  expect_nothing_left(run);
  expect_one_start(run);
}

TEST_F(SharedDeathsTest, ARunThatFailsLeavesNothing) {
  CtestRun run = start("fail");
  EXPECT_NE(run.ctest.wait(seconds{120}).exit_code, 0) << run.ctest.output();
  expect_nothing_left(run);
  expect_one_start(run);
}

TEST_F(SharedDeathsTest, AnInterruptedRunLeavesNothing) {
  CtestRun run = start("wait");
  ASSERT_TRUE(run.hears(2)) << run.ctest.output();
  EXPECT_THAT(left_behind(run.filter()), SizeIs(1));
  run.ctest.kill_group(SIGINT);
  run.ctest.wait_process();
  expect_nothing_left(run);
}

TEST_F(SharedDeathsTest, AKilledCtestLeavesNothing) {
  CtestRun run = start("wait");
  ASSERT_TRUE(run.hears(2)) << run.ctest.output();
  EXPECT_THAT(left_behind(run.filter()), SizeIs(1));
  run.ctest.kill(SIGKILL);
  run.ctest.wait_process();
  expect_nothing_left(run);
}

TEST_F(SharedDeathsTest, ACtestThatIsKilledDuringTheStartLeavesNothing) {
  CtestRun run = start("wait");
  while (left_behind(run.filter()).empty()) {
    ASSERT_EQ(::kill(run.ctest.pid(), 0), 0) << run.ctest.output();
  }
  run.ctest.kill(SIGKILL);
  run.ctest.wait_process();
  expect_nothing_left(run);
}

TEST_F(SharedDeathsTest, TwoRunsOfOneBuildTreeAtOnceDoNotDisturbEachOther) {
  CtestRun first = start("wait");
  ASSERT_TRUE(first.hears(2)) << first.ctest.output();
  CtestRun second = start("pass");
  EXPECT_EQ(second.ctest.wait(seconds{120}).exit_code, 0) << second.ctest.output();
  expect_one_start(second);
  EXPECT_TRUE(all_gone(second.filter()));
  EXPECT_TRUE(watchdogs_gone(second.owner));
  EXPECT_THAT(left_behind(first.filter()), SizeIs(1)) << "the other run's end is not this one's";
  EXPECT_NE(*first.containers().begin(), *second.containers().begin());
  first.ctest.kill(SIGKILL);
  first.ctest.wait_process();
  expect_nothing_left(first);
}

}  // namespace
}  // namespace drydock
