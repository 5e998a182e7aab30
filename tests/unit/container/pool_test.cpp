#include "drydock/container/pool.h"

#include <atomic>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"

#include "container/registry.h"
#include "support/fake_engine.h"
#include "support/forked.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kAtOnce{1};
constexpr std::int64_t kMiB = std::int64_t{1} << 20;

class PoolTest : public ::testing::Test {
 protected:
  PoolTest() {
    log::set_sink([this](log::Level, std::string_view line) {
      const std::lock_guard lock{mutex_};
      reports_.emplace_back(line);
    });
  }
  ~PoolTest() override { log::set_sink(nullptr); }

  [[nodiscard]] std::unique_ptr<ContainerPool> pool(PoolOptions options) const {
    return std::make_unique<ContainerPool>(spec_, std::move(options), client_of(engine_));
  }
  static ContainerPool::Lease acquire(ContainerPool& pool) { return pool.acquire(Deadline::in(kPatience)); }
  static void ready(ContainerPool& pool) { pool.wait_ready(Deadline::in(kPatience)); }
  // Waits until the pool's state is what the test is about.
  template <typename Condition>
  static void await(const ContainerPool& pool, const Condition& condition) {
    const Deadline deadline = Deadline::in(kPatience);
    while (!condition(pool.stats())) {
      ASSERT_FALSE(deadline.expired());
      std::this_thread::yield();
    }
  }
  [[nodiscard]] std::vector<std::string> reports() {
    const std::lock_guard lock{mutex_};
    return reports_;
  }

  const ContainerSpec spec_{.image = "busybox", .log_tail = 0};
  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  std::mutex mutex_;
  std::vector<std::string> reports_;
};

TEST_F(PoolTest, KeepsSoManyReadyAndNoMore) {
  const auto pool = this->pool({.size = 3});
  ready(*pool);
  EXPECT_EQ(pool->stats().ready, 3U);
  EXPECT_EQ(engine_->count(), 3U);
}

TEST_F(PoolTest, RefillsBehindALease) {
  const auto pool = this->pool({.size = 2, .max_total = 4});
  ready(*pool);
  const auto first = acquire(*pool);
  const auto second = acquire(*pool);
  EXPECT_NE(first->id(), second->id());
  ready(*pool);
  EXPECT_EQ(pool->stats().leased, 2U);
  EXPECT_EQ(engine_->count(), 4U);
}

TEST_F(PoolTest, TheBoundOnTheTotalHolds) {
  std::size_t most = 0;
  engine_->on_request = [&](const std::string& line) {
    if (line == "POST /containers/ID/start") {
      const std::lock_guard lock{mutex_};
      most = std::max(most, engine_->objects("containers").size());
    }
  };
  {
    const auto pool = this->pool({.size = 2, .max_total = 3, .workers = 4});
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) {
          const auto lease = acquire(*pool);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  EXPECT_EQ(most, 3U);
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(PoolTest, TheBoundOnMemoryHolds) {
  ContainerSpec spec = spec_;
  spec.resources.memory_bytes = 64 * kMiB;
  ContainerPool pool{spec, {.size = 2, .max_memory_bytes = 255 * kMiB}, client_of(engine_)};
  std::vector<ContainerPool::Lease> leases;
  for (int i = 0; i < 3; ++i) {
    leases.push_back(acquire(pool));
  }
  const auto error = thrown_by<TimeoutError>([&] { (void)pool.acquire(Deadline::in(kAtOnce)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("at most 3 at a time by .max_memory_bytes"),
                                   HasSubstr("raise .max_memory_bytes")));
  EXPECT_EQ(engine_->count(), 3U);
}

TEST_F(PoolTest, TheBoundOnMemoryRaisesNoOther) {
  ContainerSpec spec = spec_;
  spec.resources.memory_bytes = 64 * kMiB;
  ContainerPool pool{
      spec, {.size = 1, .max_total = 2, .max_memory_bytes = 64 * kMiB * 100}, client_of(engine_)};
  const auto first = acquire(pool);
  const auto second = acquire(pool);
  const auto error = thrown_by<TimeoutError>([&] { (void)pool.acquire(Deadline::in(kAtOnce)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(),
              AllOf(HasSubstr("at most 2 at a time by .max_total"), HasSubstr("raise .max_total")));
}

TEST_F(PoolTest, ReplacesByDefault) {
  const auto pool = this->pool({.size = 1, .max_total = 1});
  const ContainerId first = acquire(*pool)->id();
  EXPECT_NE(acquire(*pool)->id(), first);
  EXPECT_FALSE(engine_->objects("containers").contains(first));
}

TEST_F(PoolTest, ResetsAndHandsOutAgain) {
  std::atomic<int> resets{0};
  const auto pool = this->pool(
      {.size = 1, .max_total = 1, .on_return = OnReturn::Reset, .reset = [&](TestContainer&) { ++resets; }});
  const ContainerId first = acquire(*pool)->id();
  EXPECT_EQ(acquire(*pool)->id(), first);
  EXPECT_EQ(pool->stats().made, 1U);
  await(*pool, [](const PoolStats& now) { return now.ready == 1; });
  EXPECT_EQ(resets, 2);
}

TEST_F(PoolTest, OneThatCannotBeResetIsQuarantined) {
  const auto pool =
      this->pool({.size = 1, .max_total = 1, .on_return = OnReturn::Reset, .reset = [](TestContainer&) {
                    throw std::runtime_error("stuck");
                  }});
  const ContainerId first = acquire(*pool)->id();
  const auto second = acquire(*pool);
  EXPECT_NE(second->id(), first);
  EXPECT_EQ(pool->stats().broken, 1U);
  EXPECT_FALSE(engine_->objects("containers").contains(first));
  EXPECT_THAT(reports(), Contains(AllOf(HasSubstr("stuck"), HasSubstr("container"), HasSubstr("by hand"))));
}

TEST_F(PoolTest, OneThatFailsTheCheckIsQuarantined) {
  std::atomic<int> checks{0};
  const auto pool = this->pool(
      {.size = 1, .max_total = 1, .on_return = OnReturn::Reuse, .check = [&](const TestContainer&) {
         return ++checks != 2;
       }});
  const ContainerId first = acquire(*pool)->id();
  const auto second = acquire(*pool);
  EXPECT_NE(second->id(), first) << "the second check is the one after the return";
  EXPECT_EQ(pool->stats().broken, 1U);
}

// The fake engine gives no process that the kernel could be asked about: what asks is an inspect.
TEST_F(PoolTest, OneThatDiedIsNotHandedOut) {
  const auto pool = this->pool({.size = 2, .max_total = 2});
  ready(*pool);
  engine_->refuse("GET /containers/ID/json", 404, "No such container");
  const auto lease = acquire(*pool);
  EXPECT_EQ(pool->stats().broken, 1U);
  EXPECT_EQ(pool->stats().leased, 1U);
  ready(*this->pool({.size = 1}));
}

TEST_F(PoolTest, ADeadlineTellsThePoolsState) {
  const auto pool = this->pool({.size = 1, .max_total = 1});
  const auto lease = acquire(*pool);
  const auto error = thrown_by<TimeoutError>([&] { (void)pool->acquire(Deadline::in(kAtOnce)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("0 ready"), HasSubstr("1 on lease"), HasSubstr("busybox")));
  EXPECT_EQ(pool->stats().waiting, 0U) << "who gave up is no longer in line";
}

TEST_F(PoolTest, FirstComeFirstServed) {
  const auto pool = this->pool({.size = 1, .max_total = 1, .on_return = OnReturn::Reuse});
  ready(*pool);
  std::optional<ContainerPool::Lease> held{acquire(*pool)};
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto lease = acquire(*pool);
      const std::lock_guard lock{mutex};
      served.push_back(i);
    });
    await(*pool, [&](const PoolStats& now) { return now.waiting == static_cast<std::size_t>(i) + 1; });
  }
  held.reset();
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(served, ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(pool->stats().waits, 8U);
}

TEST_F(PoolTest, AnImageThatCannotStartFailsTheCallsThatWait) {
  engine_->can_pull = engine_->has_image = false;
  const auto pool = this->pool({.size = 2});
  EXPECT_THROW((void)acquire(*pool), EngineError);
  EXPECT_THROW(ready(*pool), EngineError);
  EXPECT_GE(pool->stats().start_failures, 3U);
}

TEST_F(PoolTest, AFailedStartIsTriedAgain) {
  engine_->refuse("POST /containers/ID/start", 500, "on purpose");
  const auto pool = this->pool({.size = 1});
  EXPECT_NO_THROW((void)acquire(*pool));
  EXPECT_EQ(pool->stats().start_failures, 1U);
}

TEST_F(PoolTest, LeasesMayOutliveThePool) {
  auto pool = this->pool({.size = 2, .max_total = 2});
  std::optional<ContainerPool::Lease> lease{acquire(*pool)};
  pool.reset();
  EXPECT_EQ(engine_->count(), 1U);
  EXPECT_TRUE((*lease)->inspect().state.running);
  lease.reset();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(PoolTest, TheEndOfThePoolEndsTheWaiting) {
  auto pool = this->pool({.size = 1, .max_total = 1});
  const auto lease = acquire(*pool);
  std::thread waiter{
      [&] { EXPECT_EQ(code_thrown_by([&] { (void)acquire(*pool); }), ErrorCode::InvalidArgument); }};
  await(*pool, [](const PoolStats& now) { return now.waiting == 1; });
  Registry::of_this_process().drain();
  waiter.join();
  EXPECT_EQ(engine_->count(), 0U) << "the drain takes what is on lease, too";
}

TEST_F(PoolTest, GivingBackIsOnce) {
  const auto pool = this->pool({.size = 1, .max_total = 1, .on_return = OnReturn::Reuse});
  auto first = acquire(*pool);
  auto second = std::move(first);
  EXPECT_THROW((void)first.container(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
  second.give_back();
  second.give_back();
  EXPECT_THROW((void)second->id(), InvalidArgumentError);
  await(*pool, [](const PoolStats& now) { return now.ready == 1; });
  EXPECT_EQ(pool->stats().leased, 0U);
  second = acquire(*pool);
  EXPECT_EQ(pool->stats().leased, 1U);
}

TEST_F(PoolTest, WhatTheUserRemovedOrTookIsReplaced) {
  const auto pool = this->pool({.size = 1, .max_total = 1, .on_return = OnReturn::Reuse});
  acquire(*pool)->remove();
  std::optional<TestContainer> taken;
  {
    const auto lease = acquire(*pool);
    taken.emplace(std::move(lease.container()));
  }
  (void)acquire(*pool);
  EXPECT_EQ(pool->stats().made, 3U);
  EXPECT_EQ(pool->stats().broken, 0U);
  EXPECT_TRUE(engine_->objects("containers").contains(taken->id()));
}

TEST_F(PoolTest, OnlyWhatIsOnLeaseIsEvidence) {
  set_test_context(TestContext{.test = "Suite.Name"});
  const auto pool = this->pool({.size = 3, .max_total = 3});
  ready(*pool);
  EXPECT_THAT(failure_evidence(), IsEmpty());
  const auto lease = acquire(*pool);
  EXPECT_THAT(failure_evidence(), SizeIs(1));
  set_test_context(std::nullopt);
}

// Whoever borrows it, it is not the test that happens to run while it is made.
TEST_F(PoolTest, WhatItMakesCarriesNoTestsName) {
  set_test_context(TestContext{.test = "Suite.Name"});
  const auto pool = this->pool({.size = 1, .max_total = 1, .on_return = OnReturn::Replace});
  for (int i = 0; i < 2; ++i) {
    (void)acquire(*pool);
    ready(*pool);
    for (const auto& [id, container] : engine_->objects("containers")) {
      EXPECT_FALSE(container.labels.contains("drydock.test"));
      EXPECT_TRUE(container.labels.contains("drydock.session"));
    }
  }
  set_test_context(std::nullopt);
}

TEST_F(PoolTest, ALeaseThatDiesByAnExceptionKeepsItsEvidence) {
  set_test_context(TestContext{.test = "Suite.Name"});
  const auto pool = this->pool({.size = 1});
  try {
    const auto lease = acquire(*pool);
    throw std::runtime_error("on purpose");
  } catch (const std::runtime_error&) {
    EXPECT_THAT(failure_evidence(), SizeIs(1));
  }
  set_test_context(std::nullopt);
}

TEST_F(PoolTest, AForkedChildsCopyDoesNothing) {
  auto pool = this->pool({.size = 2, .max_total = 2});
  ready(*pool);
  std::optional<ContainerPool::Lease> lease{acquire(*pool)};
  const std::string asked = in_forked_child([&] {
    engine_->clear_lines();
    const auto code = code_thrown_by([&] { (void)pool->acquire(); });
    lease.reset();
    pool.reset();
    return std::to_string(engine_->lines().size()) + " " + to_string(code.value_or(ErrorCode::Timeout));
  });
  EXPECT_EQ(asked, "0 InvalidArgument");
  EXPECT_EQ(engine_->count(), 2U);
}

TEST(PoolOptionsTest, EveryFaultIsToldBeforeAnythingIsSent) {
  const auto engine = std::make_shared<FakeEngine>();
  const auto refused = [&](ContainerSpec spec, PoolOptions options) {
    const auto error = thrown_by<InvalidArgumentError>([&] {
      const ContainerPool pool{std::move(spec), std::move(options), client_of(engine)};
    });
    return error ? std::string{error->what()} : std::string{};
  };
  EXPECT_THAT(refused({.name = "db", .ports = {{80, Protocol::Tcp, 8080}}, .keep = true},
                      {.size = 4, .max_total = 2, .workers = 0}),
              AllOf(HasSubstr("image"), HasSubstr("'db'"), HasSubstr("8080"), HasSubstr("kept"),
                    HasSubstr("max_total"), HasSubstr("workers")));
  const ContainerSpec limited{.image = "a", .resources = {.memory_bytes = 64 * kMiB}};
  EXPECT_THAT(refused({.image = "a"}, {.size = 1, .max_memory_bytes = 64 * kMiB}),
              HasSubstr("set the spec's .resources.memory_bytes"));
  EXPECT_THAT(refused(limited, {.size = 4, .max_memory_bytes = 192 * kMiB}),
              AllOf(HasSubstr("holds 3 containers"), HasSubstr(".size = 4"), HasSubstr("lower .size")));
  EXPECT_THAT(refused(limited, {.size = 1, .max_memory_bytes = -1}), HasSubstr("no amount"));
  EXPECT_THAT(refused({.image = "a"}, {.on_return = OnReturn::Reset}), HasSubstr("reset_command"));
  EXPECT_THAT(refused({.image = "a"}, {.reset_command = {"true"}}), HasSubstr("OnReturn::Reset"));
  EXPECT_THAT(engine->lines(), IsEmpty());
}

}  // namespace
}  // namespace drydock
