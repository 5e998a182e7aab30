// Whatever kills a test program, its watchdog removes what it left, and nothing else. The times from the
// death to the last removal are printed; the limit on them here only tells slow from never.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

#include "base/random.h"
#include "support/child_process.h"
#include "support/engine_container.h"
#include "support/environment_variable.h"
#include "support/processes.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/test_cgroup.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

const std::string kMortal = std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/mortal";

// What a program has in its hands when it dies.
struct Holding {
  const char* filter;
  std::size_t objects;  // at the engine
  bool has_busy_shell{false};
};

constexpr Holding kContainer{"--gtest_filter=Mortal.Dies", 3};
// A pool's container on lease and its ready one, each with its anchor, beside the others.
constexpr Holding kPoolAndShell{"--gtest_filter=Mortal.DiesWithAPoolAndABusyShell", 7, true};

void PrintTo(const Holding& holding, std::ostream* stream) {
  *stream << holding.filter << " " << holding.objects;
}

std::vector<milliseconds>& times() {
  static std::vector<milliseconds> all;
  return all;
}

// Others' objects, which must outlive every death: one of this process, which lives, and one of no owner.
struct Bystanders {
  const TestContainer live{idle_spec()};
  const EngineContainer foreign{
      {.patch_json = R"({"HostConfig": {"NetworkMode": "none", "AutoRemove": true}})"}};
};

std::optional<Bystanders> bystanders;

class AroundAllDeaths : public ::testing::Environment {
  void SetUp() override { bystanders.emplace(); }
  void TearDown() override {
    bystanders.reset();
    std::vector<milliseconds> sorted = times();
    if (!sorted.empty()) {
      std::sort(sorted.begin(), sorted.end());
      std::printf("deaths=%zu median_ms=%lld max_ms=%lld\n", sorted.size(),
                  static_cast<long long>(sorted[sorted.size() / 2].count()),
                  static_cast<long long>(sorted.back().count()));
    }
  }
};
[[maybe_unused]] const auto* const around = ::testing::AddGlobalTestEnvironment(new AroundAllDeaths);

class DeathsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::map<std::string, std::string> environment(const std::string& death) const {
    return {{"DRYDOCK_DEATH", death},
            {"DRYDOCK_SESSION", session_},
            {"DRYDOCK_LOG_DIR", scratch_.path() / "logs"}};
  }

  [[nodiscard]] ChildProcess start(const std::string& death, const Holding& holding = kContainer) const {
    return ChildProcess{{kMortal, holding.filter}, environment(death)};
  }

  void expect_all_stands(const Holding& holding, const std::string& owner) const {
    EXPECT_THAT(left_behind("drydock.owner=" + owner), ::testing::SizeIs(holding.objects));
    EXPECT_THAT(watchdogs_of(owner), ::testing::SizeIs(1));
    EXPECT_EQ(processes_given(session_).size(), holding.has_busy_shell ? 1 : 0) << "the shell's command";
  }

  // To be called at the moment of the death.
  void expect_nothing_left(const std::string& owner) {
    const Clock::time_point death = Clock::now();
    EXPECT_TRUE(all_gone("drydock.owner=" + owner));
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - death);
    times().push_back(took);
    RecordProperty("removed_after_ms", std::to_string(took.count()));
    EXPECT_TRUE(watchdogs_gone(owner)) << "a watchdog that has nothing to do ends";
    EXPECT_THAT(left_behind("drydock.owner=" + owner), ::testing::IsEmpty()) << "nothing came late";
    EXPECT_THAT(processes_given(session_), ::testing::IsEmpty())
        << "a shell's command went with its container";
    EXPECT_TRUE(bystanders->live.inspect().state.running) << "it is this process's";
    EXPECT_TRUE(bystanders->foreign.inspect().state.running) << "it is none of ours";
  }

  const std::string session_ = "deaths-" + random_hex(8);
  const ScratchDirectory scratch_{};
};

struct Death {
  const char* name;
  int signal{0};      // sent from outside; 0: it dies by itself
  int exit_code{-1};  // with which it ends; -1: by a signal, or by what a sanitizer makes of one
};

void PrintTo(const Death& death, std::ostream* stream) {
  *stream << death.name << " " << death.signal;
}

class DeathsByOneselfOrASignalTest : public DeathsTest,
                                     public ::testing::WithParamInterface<std::tuple<Holding, Death>> {};

TEST_P(DeathsByOneselfOrASignalTest, LeaveNothing) {
  const auto& [holding, death] = GetParam();
  ChildProcess mortal = start(death.name, holding);
  const std::string owner = mortal.hear("owner ");
  if (death.signal != 0) {  // else it is dying already
    expect_all_stands(holding, owner);
    mortal.kill(death.signal);
  }
  const ProcessEnd end = mortal.wait_process();
  expect_nothing_left(owner);
  if (death.exit_code >= 0) {
    EXPECT_EQ(end.exit_code, death.exit_code) << "signal " << end.signal;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Any, DeathsByOneselfOrASignalTest,
    ::testing::Combine(::testing::Values(kContainer, kPoolAndShell),
                       ::testing::Values(Death{"assert", 0, 1}, Death{"exception", 0, 1}, Death{"terminate"},
                                         Death{"abort"}, Death{"segv"}, Death{"_exit", 0, 3},
                                         Death{"quick_exit", 0, 3}, Death{"exit", 0, 3}, Death{"thread"},
                                         Death{"wait", SIGINT}, Death{"wait", SIGTERM}, Death{"wait", SIGHUP},
                                         Death{"wait", SIGKILL})));

class DeathsWithAnyHoldingTest : public DeathsTest, public ::testing::WithParamInterface<Holding> {};

TEST_P(DeathsWithAnyHoldingTest, SigkillOfTheProcessGroupLeavesNothing) {
  ChildProcess mortal = start("wait", GetParam());
  const std::string owner = mortal.hear("owner ");
  mortal.kill_group(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
}

TEST_P(DeathsWithAnyHoldingTest, AForkedChildThatOutlivesItsParentDoesNotDelayTheRemoval) {
  ChildProcess mortal = start("survivor", GetParam());
  const std::string owner = mortal.hear("owner ");
  const int survivor = std::stoi(mortal.hear("survivor "));
  mortal.kill(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
  EXPECT_EQ(::kill(survivor, SIGKILL), 0) << "it lived all the time";
}

TEST_P(DeathsWithAnyHoldingTest, TheKernelsOutOfMemoryKillerLeavesNothing) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "a control group can be made by root alone";
  }
  constexpr std::int64_t kLimit = std::int64_t{384} << 20;  // a program under a sanitizer needs some
  const TestCgroup group{kLimit};
  ChildProcess mortal{group.inside({kMortal, GetParam().filter}), environment("memory")};
  const std::string owner = mortal.hear("owner ");
  EXPECT_EQ(mortal.wait_process().signal, SIGKILL) << mortal.output();
  expect_nothing_left(owner);
}

INSTANTIATE_TEST_SUITE_P(Any, DeathsWithAnyHoldingTest, ::testing::Values(kContainer, kPoolAndShell));

TEST_F(DeathsTest, SigkillLeavesNoAnchorOfAStandingNetwork) {
  ChildProcess mortal{{kMortal, "--gtest_filter=Mortal.HoldsAStandingNetwork"}, environment("")};
  const std::string owner = mortal.hear("owner ");
  EXPECT_THAT(left_behind("drydock.owner=" + owner), ::testing::SizeIs(2));
  mortal.kill(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
}

TEST_F(DeathsTest, SigkillInMidExecLeavesNothing) {
  ChildProcess mortal = start("exec");
  const std::string owner = mortal.hear("owner ");
  mortal.hear("in exec");
  mortal.kill(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
}

TEST_F(DeathsTest, SigkillInMidCreateLeavesNothing) {
  ChildProcess mortal = start("create");
  const std::string owner = mortal.hear("owner ");
  while (left_behind("drydock.owner=" + owner).size() < 8) {
    ASSERT_EQ(::kill(mortal.pid(), 0), 0) << mortal.output();
  }
  mortal.kill(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
}

// A ctest that runs the mortal program as its only test.
class DeathsUnderCtestTest : public DeathsTest {
 protected:
  [[nodiscard]] ChildProcess start_ctest(const std::string& death, int timeout_seconds) const {
    std::ofstream file{scratch_.path() / "CTestTestfile.cmake"};
    // Through a file: ctest shows the test's output at its end only.
    file << "add_test(mortal sh \"-c\" \"exec " << kMortal << " " << kContainer.filter << " >"
         << told_.c_str() << "\")\n"
         << "set_tests_properties(mortal PROPERTIES TIMEOUT " << timeout_seconds << ")\n";
    file.close();
    return ChildProcess{{"ctest", "--test-dir", scratch_.path(), "-V"}, environment(death)};
  }

  [[nodiscard]] std::string owner() const {
    const Deadline deadline = Deadline::in(std::chrono::seconds{60});
    for (std::string line; !deadline.expired();) {
      for (std::ifstream file{told_}; std::getline(file, line) && !file.eof();) {
        if (line.starts_with("owner ")) {
          return line.substr(std::string_view{"owner "}.size());
        }
      }
      std::this_thread::sleep_for(milliseconds{5});
    }
    ADD_FAILURE() << "the program under ctest did not start";
    return "none";
  }

 private:
  const std::filesystem::path told_ = scratch_.path() / "told";
};

TEST_F(DeathsUnderCtestTest, ATimeoutLeavesNothing) {
  constexpr int kTimeout = 15;  // long enough for the slowest machine to start a container
  ChildProcess ctest = start_ctest("wait", kTimeout);
  const std::string name = owner();
  EXPECT_NE(ctest.wait(std::chrono::seconds{60}).exit_code, 0);
  EXPECT_THAT(ctest.output(), ::testing::HasSubstr("Timeout"));
  expect_nothing_left(name);
}

// The test program goes on for nobody, then: its watchdog ends it.
TEST_F(DeathsUnderCtestTest, AKilledCtestLeavesNothing) {
  ChildProcess ctest = start_ctest("wait", 600);
  const std::string name = owner();
  ctest.kill(SIGKILL);
  ctest.wait_process();
  expect_nothing_left(name);
}

TEST_F(DeathsUnderCtestTest, AKilledCtestLeavesNothingOfATestThatIgnoresSigterm) {
  ChildProcess ctest = start_ctest("stubborn", 600);
  const std::string name = owner();
  ctest.kill(SIGKILL);
  ctest.wait_process();
  expect_nothing_left(name);
}

TEST_F(DeathsTest, AStoppedOwnerIsNoDeadOne) {
  ChildProcess mortal = start("wait");
  const std::string owner = mortal.hear("owner ");
  mortal.kill(SIGSTOP);
  const Deadline end = Deadline::in(std::chrono::seconds{5});
  while (!end.expired()) {
    ASSERT_THAT(left_behind("drydock.owner=" + owner), ::testing::SizeIs(3));
    std::this_thread::sleep_for(milliseconds{100});
  }
  mortal.kill(SIGCONT);
  mortal.kill(SIGKILL);
  mortal.wait_process();
  expect_nothing_left(owner);
}

TEST_F(DeathsTest, ThirtyOwnersThatDieAtOnceLeaveNothing) {
  constexpr std::size_t kOwners = 30;
  std::vector<ChildProcess> mortals;
  std::vector<std::string> owners;
  for (std::size_t i = 0; i < kOwners; ++i) {
    mortals.emplace_back(std::vector<std::string>{kMortal, "--gtest_filter=Mortal.HoldsOneContainer"},
                         environment("wait"));
  }
  for (ChildProcess& mortal : mortals) {
    owners.push_back(mortal.hear("owner ", std::chrono::seconds{120}));
  }
  EXPECT_THAT(left_behind("drydock.session=" + session_), ::testing::SizeIs(kOwners));
  for (const ChildProcess& mortal : mortals) {
    mortal.kill(SIGKILL);
  }
  const Clock::time_point death = Clock::now();
  EXPECT_TRUE(all_gone("drydock.session=" + session_));
  std::printf("owners=%zu removed_after_ms=%lld\n", kOwners,
              static_cast<long long>(std::chrono::duration_cast<milliseconds>(Clock::now() - death).count()));
  for (const std::string& owner : owners) {
    EXPECT_TRUE(watchdogs_gone(owner));
  }
  EXPECT_THAT(left_behind("drydock.session=" + session_), ::testing::IsEmpty());
}

}  // namespace
}  // namespace drydock
