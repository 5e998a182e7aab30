// A pool at a real engine: no container for two at a time, none that is broken, nothing left.
#include "drydock/container/pool.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/observability/metrics.h"

#include "base/random.h"
#include "support/real_engine.h"
#include "support/subprocess.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::minutes kPatience{2};

ContainerPool::Lease acquire(ContainerPool& pool) {
  return pool.acquire(Deadline::in(kPatience));
}

void ready(ContainerPool& pool) {
  pool.wait_ready(Deadline::in(kPatience));
}

// Polls until the pool's counts are what the test waits for.
template <typename Condition>
void await(const ContainerPool& pool, const Condition& condition) {
  const Deadline deadline = Deadline::in(kPatience);
  while (!condition(pool.stats())) {
    ASSERT_FALSE(deadline.expired());
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

class PoolTest : public ::testing::Test {
 protected:
  ~PoolTest() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }
  const Client client_ = Client::from_environment();
};

TEST_F(PoolTest, EightThreadsShareFourContainers) {
  const metrics::Snapshot before = metrics::snapshot();
  constexpr int kThreads = 8;
  constexpr int kLeases = 200;
  std::mutex mutex;
  std::map<ContainerId, int> users;
  std::atomic<int> shared{0};
  std::atomic<int> broken{0};
  ContainerPool pool{idle_spec(), {.size = 4, .max_total = 4, .on_return = OnReturn::Reuse}};
  const auto use_one = [&](int round) {
    const auto lease = acquire(pool);
    {
      const std::lock_guard lock{mutex};
      shared += ++users[lease->id()] == 1 ? 0 : 1;
    }
    // An exec takes the engine 50 ms: each container is asked by one now and then, by inspect always.
    const bool works = round % 50 == 0 ? lease->exec({"true"}).ok() : lease->inspect().state.running;
    broken += works ? 0 : 1;
    const std::lock_guard lock{mutex};
    --users[lease->id()];
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < kLeases; ++round) {
        use_one(round);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(shared, 0);
  EXPECT_EQ(broken, 0);
  EXPECT_THAT(users, SizeIs(4));
  const PoolStats stats = pool.stats();
  const metrics::Snapshot after = metrics::snapshot();
  EXPECT_EQ(after.total("drydock_pool_hand_outs") - before.total("drydock_pool_hand_outs"),
            static_cast<std::int64_t>(stats.handed_out));
  EXPECT_EQ(after.total("drydock_pool_hand_outs", {{"result", "wait"}}) -
                before.total("drydock_pool_hand_outs", {{"result", "wait"}}),
            static_cast<std::int64_t>(stats.waits));
  EXPECT_EQ(after.durations("drydock_pool_wait_seconds").count -
                before.durations("drydock_pool_wait_seconds").count,
            stats.handed_out);
  EXPECT_EQ(stats.handed_out, 1600U);
  EXPECT_EQ(stats.made, 4U);
  EXPECT_EQ(stats.broken, 0U);
}

TEST_F(PoolTest, ReplacementsAreNewContainersEachTime) {
  std::mutex mutex;
  std::set<ContainerId> seen;
  ContainerPool pool{idle_spec(), {.size = 3, .max_total = 6, .workers = 3}};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        const auto lease = acquire(pool);
        EXPECT_TRUE(lease->inspect().state.running);
        const std::lock_guard lock{mutex};
        EXPECT_TRUE(seen.insert(lease->id()).second) << "handed out twice";
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(seen, SizeIs(15));
}

TEST_F(PoolTest, AResetCommandCleansUpBetweenUsers) {
  ContainerPool pool{idle_spec(),
                     {.size = 1,
                      .max_total = 1,
                      .on_return = OnReturn::Reset,
                      .reset_command = {"sh", "-c", "rm -rf /tmp/scratch && mkdir /tmp/scratch"}}};
  for (int round = 0; round < 5; ++round) {
    const auto lease = acquire(pool);
    EXPECT_EQ(lease->sh("ls /tmp/scratch").out, "");
    EXPECT_TRUE(lease->sh("mkdir -p /tmp/scratch; touch /tmp/scratch/of-mine").ok());
  }
  EXPECT_EQ(pool.stats().made, 1U);
}

TEST_F(PoolTest, AResetThatFailsHasTheContainerReplaced) {
  ContainerPool pool{idle_spec(),
                     {.size = 1,
                      .max_total = 1,
                      .on_return = OnReturn::Reset,
                      .reset_command = {"sh", "-c", "test ! -e /tmp/broken"}}};
  ContainerId first;
  {
    const auto lease = acquire(pool);
    first = lease->id();
    EXPECT_TRUE(lease->sh("touch /tmp/broken").ok());
  }
  const auto lease = acquire(pool);
  EXPECT_NE(lease->id(), first);
  EXPECT_EQ(pool.stats().broken, 1U);
}

// Killed by the engine, removed by it, and killed from inside: an acquire right after must not see them.
TEST_F(PoolTest, WhatWasKilledFromOutsideIsNeverHandedOut) {
  ContainerPool pool{idle_spec(), {.size = 3, .max_total = 3, .on_return = OnReturn::Reuse}};
  for (int round = 0; round < 5; ++round) {
    ready(pool);
    std::vector<ContainerId> mine;
    for (const std::string& object : left_behind_here()) {
      mine.push_back(object.substr(object.find(' ') + 1));
    }
    ASSERT_THAT(mine, SizeIs(3));
    client_.containers().kill(mine[0]);
    client_.containers().remove(mine[1]);
    for (int i = 0; i < 3; ++i) {
      const auto lease = acquire(pool);
      EXPECT_NE(lease->id(), mine[0]);
      EXPECT_NE(lease->id(), mine[1]);
      EXPECT_TRUE(lease->inspect().state.running);
    }
  }
  EXPECT_EQ(pool.stats().broken, 10U);
}

TEST_F(PoolTest, TheDeadAreReplacedBeforeAnyoneAsks) {
  ContainerPool pool{idle_spec(), {.size = 2, .max_total = 2, .on_return = OnReturn::Reuse}};
  ready(pool);
  const ContainerId victim = acquire(pool)->id();
  await(pool, [](const PoolStats& now) { return now.ready == 2; });
  client_.containers().kill(victim);
  await(pool, [](const PoolStats& now) { return now.broken == 1 && now.ready == 2; });
  EXPECT_EQ(client_.containers().find(victim), std::nullopt);
  EXPECT_EQ(pool.stats().made, 3U);
}

TEST_F(PoolTest, OneThatItsUserKilledIsReplaced) {
  ContainerPool pool{idle_spec(), {.size = 1, .max_total = 1, .on_return = OnReturn::Reuse}};
  ContainerId first;
  {
    const auto lease = acquire(pool);
    first = lease->id();
    lease->kill();
  }
  const auto lease = acquire(pool);
  EXPECT_NE(lease->id(), first);
  EXPECT_TRUE(lease->inspect().state.running);
  EXPECT_EQ(pool.stats().broken, 1U);
}

TEST_F(PoolTest, FirstComeFirstServed) {
  ContainerPool pool{idle_spec(), {.size = 1, .max_total = 1, .on_return = OnReturn::Reuse}};
  std::optional<ContainerPool::Lease> held{acquire(pool)};
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      const auto lease = acquire(pool);
      const std::lock_guard lock{mutex};
      served.push_back(i);
    });
    await(pool, [&](const PoolStats& now) { return now.waiting == static_cast<std::size_t>(i) + 1; });
  }
  held.reset();
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(served, ::testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(PoolTest, ADeadlinePassesWhileAllAreOnLease) {
  ContainerPool pool{idle_spec(), {.size = 1, .max_total = 1}};
  const auto lease = acquire(pool);
  EXPECT_EQ(code_thrown_by([&] { (void)pool.acquire(Deadline::in(std::chrono::milliseconds{50})); }),
            ErrorCode::Timeout);
}

TEST_F(PoolTest, TheLimitsOfItsContainersStayWithinTheBoundOnMemory) {
  constexpr std::int64_t kLimit = std::int64_t{16} << 20;
  constexpr std::int64_t kBound = 3 * kLimit + kLimit / 2;
  ContainerSpec spec = idle_spec();
  spec.resources.memory_bytes = kLimit;
  ContainerPool pool{spec, {.size = 2, .max_total = 8, .max_memory_bytes = kBound}};
  std::vector<ContainerPool::Lease> leases;
  std::int64_t limits = 0;
  for (int i = 0; i < 3; ++i) {
    leases.push_back(acquire(pool));
    limits += static_cast<std::int64_t>(client_.containers().stats(leases.back()->id()).memory_limit_bytes);
  }
  EXPECT_EQ(limits, 3 * kLimit) << "the engine's own words";
  EXPECT_EQ(code_thrown_by([&] { (void)pool.acquire(Deadline::in(std::chrono::milliseconds{50})); }),
            ErrorCode::Timeout);
  EXPECT_EQ(pool.stats().total(), 3U);
  EXPECT_THAT(left_behind_here(), SizeIs(3));
}

TEST_F(PoolTest, ShutsDownWithLeasesOut) {
  std::optional<ContainerPool> pool{std::in_place, idle_spec(), PoolOptions{.size = 3, .max_total = 4}};
  std::optional<ContainerPool::Lease> lease{acquire(*pool)};
  const ContainerId id = (*lease)->id();
  pool.reset();
  EXPECT_THAT(left_behind_here(), ::testing::ElementsAre("container " + id));
  EXPECT_TRUE((*lease)->exec({"true"}).ok());
  lease.reset();
}

TEST_F(PoolTest, AnEndWhileAllAreStillStartingLeavesNothing) {
  const ContainerPool pool{idle_spec(), {.size = 4, .workers = 4}};
}

TEST(PoolEndingTest, HoweverTheProgramEndsNothingStays) {
  struct Ending {
    const char* how;
    int exit_code;
  };
  for (const Ending& ending : {Ending{"returns", 0}, Ending{"exits", 3}, Ending{"exits-early", 3},
                               Ending{"exits-waiting", 3}, Ending{"static", 3}, Ending{"forks", 0}}) {
    const std::string session = "pool-" + random_hex(8);
    std::map<std::string, std::string> env{{"DRYDOCK_SESSION", session}};
    if (std::string_view{ending.how} == "forks") {
      env["ASAN_OPTIONS"] = "detect_leaks=0";  // what the parent's threads hold looks lost in the child
    }
    const SubprocessResult result = run_subprocess(
        {std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/busy_pool", ending.how}, env, std::chrono::seconds{120});
    EXPECT_EQ(result.exit_code, ending.exit_code) << ending.how << "\n" << result.output;
    EXPECT_THAT(left_behind("drydock.session=" + session), IsEmpty()) << ending.how << "\n" << result.output;
  }
}

}  // namespace
}  // namespace drydock
