#include "container/ordered_run.h"

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;
using ::testing::ElementsAre;

std::vector<std::size_t> sequence_of(const Edges& after, std::size_t max_parallel) {
  std::mutex mutex;
  std::vector<std::size_t> sequence;
  (void)run_in_order(after, max_parallel, OnTaskFailure::BeginNoMore, [&](std::size_t index) {
    const std::lock_guard lock{mutex};
    sequence.push_back(index);
  });
  return sequence;
}

TEST(OrderedRunTest, EachRunsAfterWhatItDependsOn) {
  EXPECT_THAT(sequence_of({{1}, {2}, {}}, 1), ElementsAre(2, 1, 0));
  EXPECT_THAT(sequence_of({{1}, {2}, {}}, 3), ElementsAre(2, 1, 0));
}

TEST(OrderedRunTest, NothingToDoEndsAtOnce) {
  EXPECT_TRUE(run_in_order({}, 4, OnTaskFailure::GoOn, [](std::size_t) {}).empty());
}

TEST(OrderedRunTest, IndependentTasksRunSideBySide) {
  // Each waits for all four: one after the other would never end.
  std::atomic<int> arrived{0};
  (void)run_in_order(Edges(4), 4, OnTaskFailure::BeginNoMore, [&](std::size_t) {
    ++arrived;
    while (arrived < 4) {
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(arrived, 4);
}

TEST(OrderedRunTest, NoMoreRunAtATimeThanAllowed) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  (void)run_in_order(Edges(50), 3, OnTaskFailure::BeginNoMore, [&](std::size_t) {
    const int now = ++running;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::yield();
    --running;
  });
  EXPECT_LE(most, 3);
}

TEST(OrderedRunTest, AFailureKeepsFurtherOnesFromRunning) {
  std::set<std::size_t> ran;
  const auto outcomes =
      run_in_order({{}, {0}, {1}, {}}, 1, OnTaskFailure::BeginNoMore, [&](std::size_t index) {
        ran.insert(index);
        if (index == 0) {
          throw std::runtime_error("on purpose");
        }
      });
  EXPECT_THAT(ran, ElementsAre(0));
  EXPECT_TRUE(outcomes[0].ran);
  EXPECT_TRUE(outcomes[0].failure);
  EXPECT_FALSE(outcomes[1].ran);
  EXPECT_FALSE(outcomes[3].ran);
}

TEST(OrderedRunTest, GoesOnPastFailuresWhenToldTo) {
  std::atomic<int> ran{0};
  const auto outcomes = run_in_order(Edges(5), 2, OnTaskFailure::GoOn, [&](std::size_t index) {
    ++ran;
    if (index % 2 == 0) {
      throw std::runtime_error("on purpose");
    }
  });
  EXPECT_EQ(ran, 5);
  EXPECT_TRUE(outcomes[4].failure);
  EXPECT_FALSE(outcomes[3].failure);
}

}  // namespace
}  // namespace drydock
