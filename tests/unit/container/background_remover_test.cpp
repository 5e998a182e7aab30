#include "container/background_remover.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/background_removal.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/container/test_network.h"
#include "drydock/observability/log.h"

#include "container/registry.h"
#include "support/fake_engine.h"
#include "support/forked.h"

namespace drydock {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::seconds kPatience{60};

// An engine at which removals of containers stand still until they are let go.
class BackgroundRemovalTest : public ::testing::Test {
 protected:
  BackgroundRemovalTest() {
    log::set_sink([this](log::Level, std::string_view line) {
      const std::lock_guard lock{mutex_};
      reports_.emplace_back(line);
    });
    engine_->on_request = [this](const std::string& line) {
      if (line.starts_with("DELETE /containers")) {
        std::unique_lock lock{mutex_};
        ++held_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return free_; });
      }
    };
  }
  ~BackgroundRemovalTest() override {
    let_go();
    EXPECT_TRUE(drain_background_removals(Deadline::in(kPatience)));
    log::set_sink(nullptr);
  }

  void let_go() {
    const std::lock_guard lock{mutex_};
    free_ = true;
    changed_.notify_all();
  }
  // Waits until so many removals stand at the engine.
  void await_held(int count) {
    std::unique_lock lock{mutex_};
    ASSERT_TRUE(changed_.wait_for(lock, kPatience, [&] { return held_ >= count; }));
  }

  [[nodiscard]] TestContainer start(ContainerSpec spec = {.image = "busybox"}) const {
    spec.removal = Removal::Background;
    return TestContainer{std::move(spec), client_of(engine_)};
  }
  // Begins a start on another thread and returns once it waits or is done; there is no telling which.
  [[nodiscard]] std::future<std::string> start_elsewhere(ContainerSpec spec) const {
    return std::async(std::launch::async, [this, spec] {
      const TestContainer container = start(spec);
      return container.id();
    });
  }
  [[nodiscard]] std::ptrdiff_t creates() const {
    const std::vector<std::string> lines = engine_->lines();
    return std::count(lines.begin(), lines.end(), "POST /containers/create");
  }
  [[nodiscard]] std::vector<std::string> reports() {
    const std::lock_guard lock{mutex_};
    return reports_;
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  std::mutex mutex_;
  std::condition_variable changed_;
  int held_{0};
  bool free_{false};
  std::vector<std::string> reports_;
};

TEST_F(BackgroundRemovalTest, TheDestructorReturnsWhileTheRemovalStandsStill) {
  { const TestContainer container = start(); }
  EXPECT_EQ(engine_->count(), 1U);
  let_go();
  EXPECT_TRUE(drain_background_removals(Deadline::in(kPatience)));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(BackgroundRemovalTest, RemovalsRunSideBySideAndAreBounded) {
  {
    std::vector<TestContainer> many;
    for (int i = 0; i < 12; ++i) {
      many.push_back(start());
    }
  }
  await_held(8);
  EXPECT_EQ(held_, 8);
  let_go();
  EXPECT_TRUE(drain_background_removals(Deadline::in(kPatience)));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(BackgroundRemovalTest, ADrainThatTakesTooLongSaysSo) {
  { const TestContainer container = start(); }
  EXPECT_FALSE(drain_background_removals(Deadline::in(std::chrono::milliseconds{1})));
}

TEST_F(BackgroundRemovalTest, AnExplicitNameIsNotUsedAgainBeforeItIsFree) {
  { const TestContainer container = start({.image = "busybox", .name = "db"}); }
  await_held(1);
  std::future<std::string> second = start_elsewhere({.image = "busybox", .name = "db"});
  { const TestContainer other = start({.image = "busybox", .name = "cache"}); }
  EXPECT_EQ(creates(), 2) << "other names wait for nothing";
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds{20}), std::future_status::timeout);
  let_go();
  second.get();
  EXPECT_EQ(creates(), 3);
}

TEST_F(BackgroundRemovalTest, AFixedHostPortIsNotUsedAgainBeforeItIsFree) {
  { const TestContainer container = start({.image = "busybox", .ports = {{80, Protocol::Tcp, 8080}}}); }
  await_held(1);
  std::future<std::string> second =
      start_elsewhere({.image = "busybox", .ports = {{81, Protocol::Tcp, 8080}}});
  { const TestContainer other = start({.image = "busybox", .ports = {{80, Protocol::Udp, 8080}, 80}}); }
  EXPECT_EQ(creates(), 2) << "another protocol, and a port that the engine chooses, wait for nothing";
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds{20}), std::future_status::timeout);
  let_go();
  second.get();
  EXPECT_EQ(creates(), 3);
}

TEST_F(BackgroundRemovalTest, ANetworkGoesAfterTheContainersThatUseIt) {
  std::thread release;
  {
    const TestNetwork network{{}, client_of(engine_)};
    { const TestContainer container = start({.image = "b", .networks = {{.network = network.name()}}}); }
    await_held(1);
    release = std::thread{[this] { let_go(); }};
  }
  release.join();
  std::vector<std::string> removals;
  for (const std::string& line : engine_->lines()) {
    if (line.starts_with("DELETE")) {
      removals.push_back(line.substr(0, line.find('?')));
    }
  }
  EXPECT_THAT(removals, ::testing::ElementsAre("DELETE /containers/ID", "DELETE /networks/ID"));
}

TEST_F(BackgroundRemovalTest, AFailureIsReportedAndTriedAgainAtTheEnd) {
  let_go();
  engine_->refuse("DELETE", 500, "device busy");
  { const TestContainer container = start(); }
  EXPECT_TRUE(drain_background_removals(Deadline::in(kPatience)));
  EXPECT_THAT(reports(), Contains(HasSubstr("device busy")));
  EXPECT_EQ(engine_->count(), 1U);
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(BackgroundRemovalTest, TheProgramsEndWaitsForWhatIsGoingOn) {
  { const TestContainer container = start(); }
  await_held(1);
  std::thread release{[this] { let_go(); }};
  Registry::of_this_process().drain();
  release.join();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(BackgroundRemovalTest, WhatIsBeingRemovedIsNoEvidenceForALaterTest) {
  { const TestContainer container = start(); }
  EXPECT_THAT(failure_evidence(), IsEmpty());
}

TEST_F(BackgroundRemovalTest, AGuardThatDiesByAnExceptionKeepsItsEvidence) {
  let_go();  // such a guard waits for the removal
  set_test_context(TestContext{.test = "Suite.Name"});
  try {
    const TestContainer container = start({.image = "busybox", .log_tail = 0});
    throw std::runtime_error("on purpose");
  } catch (const std::runtime_error&) {
    EXPECT_THAT(failure_evidence(), SizeIs(1));
  }
  set_test_context(std::nullopt);
}

TEST_F(BackgroundRemovalTest, AForkedChildRemovesNothingAndWaitsForNothing) {
  std::optional<TestContainer> container{start({.image = "busybox", .name = "db"})};
  { const TestContainer other = start({.image = "busybox", .name = "cache"}); }
  await_held(1);
  const std::string asked = in_forked_child([&] {
    engine_->clear_lines();
    container.reset();
    const bool done = drain_background_removals(Deadline::in(kPatience));
    return std::to_string(engine_->lines().size()) + (done ? " done" : " waits");
  });
  EXPECT_EQ(asked, "0 done");
}

}  // namespace
}  // namespace drydock
