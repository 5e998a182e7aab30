// Guards that borrow: whatever ends them, the container stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "container/guard_access.h"
#include "container/registry.h"
#include "support/environment_variable.h"
#include "support/fake_engine.h"
#include "support/forked.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BorrowTest : public ::testing::Test {
 protected:
  BorrowTest() {
    log::set_sink([](log::Level, std::string_view) {});
    client_.containers().start(id_);
    engine_->clear_lines();
  }
  ~BorrowTest() override {
    log::set_sink(nullptr);
    set_test_context(std::nullopt);
  }

  [[nodiscard]] TestContainer borrowed(Loan loan = {.lender = "the service 'pg'"}) const {
    return borrow({.image = "web:1"}, client_, id_, "pg-1", {}, std::move(loan));
  }
  [[nodiscard]] bool stands() const { return engine_->objects("containers").contains(id_); }

  const ScratchDirectory logs_{};
  const EnvironmentVariable log_directory_{"DRYDOCK_LOG_DIR", logs_.path().string()};
  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  Client client_ = client_of(engine_);
  const ContainerId id_ = client_.containers().create({.name = "pg-1", .body = "{}"}).id;
};

TEST_F(BorrowTest, TheEndOfTheGuardSendsNothing) {
  { const TestContainer box = borrowed(); }
  EXPECT_THAT(engine_->lines(), ElementsAre("GET /containers/ID/json"));
  EXPECT_TRUE(stands());
}

TEST_F(BorrowTest, TheHandleKnowsItsContainer) {
  engine_->published_port = 4711;
  const TestContainer box = borrowed();
  EXPECT_EQ(box.id(), id_);
  EXPECT_EQ(box.name(), "pg-1");
  EXPECT_EQ(box.host_port(80), 4711);
}

TEST_F(BorrowTest, AContainerThatIsGoneCannotBeBorrowed) {
  client_.containers().remove(id_);
  try {
    (void)borrowed();
    FAIL() << "no error";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
  }
}

TEST_F(BorrowTest, RemoveSaysWhoseItIs) {
  TestContainer box = borrowed();
  try {
    box.remove();
    FAIL() << "no error";
  } catch (const InvalidArgumentError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'pg-1'"), HasSubstr("the service 'pg'")));
  }
  EXPECT_TRUE(stands());
}

TEST_F(BorrowTest, WhatDisturbsOthersIsRefused) {
  TestContainer box = borrowed();
  engine_->clear_lines();
  EXPECT_THROW(box.stop(), InvalidArgumentError);
  EXPECT_THROW(box.start(), InvalidArgumentError);
  EXPECT_THROW(box.restart(), InvalidArgumentError);
  EXPECT_THROW(box.pause(), InvalidArgumentError);
  EXPECT_THROW(box.unpause(), InvalidArgumentError);
  EXPECT_THROW(box.kill(), InvalidArgumentError);
  EXPECT_THROW(box.reset(reset::Restart{}), InvalidArgumentError);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(BorrowTest, WhatIsHeldExclusivelyMayBeStoppedAndStarted) {
  TestContainer box = borrowed({.lender = "the run", .exclusive = true});
  box.stop();
  box.start();
  box.kill("SIGHUP");
  box.reset(reset::Restart{});
  EXPECT_THROW(box.reset(reset::Recreate{}), InvalidArgumentError) << "it is not this guard's to replace";
  EXPECT_THROW(box.remove(), InvalidArgumentError);
  EXPECT_TRUE(stands());
}

TEST_F(BorrowTest, TheDrainLeavesItAndTheProcessIsClean) {
  EXPECT_EQ(in_forked_child([this] {
              new TestContainer{borrowed()};
              return std::string{Registry::of_this_process().drain() ? "clean" : "not clean"};
            }),
            "clean");
  EXPECT_TRUE(stands());
}

TEST_F(BorrowTest, ReleaseLeavesNothingToTheWatchdog) {
  EXPECT_EQ(in_forked_child([this] {
              EXPECT_EQ(borrowed().release(), id_);
              return std::string{Registry::of_this_process().drain() ? "clean" : "not clean"};
            }),
            "clean");
}

TEST_F(BorrowTest, TheHoldIsLetGoAtTheEndOfTheGuardAndNotByAForkedChild) {
  const auto hold = std::make_shared<int>(0);
  TestContainer box = borrowed({.lender = "the run", .hold = hold});
  EXPECT_EQ(hold.use_count(), 2);
  const auto others = Registry::of_this_process().held();  // keeps the guard itself alive
  { const TestContainer last = std::move(box); }
  EXPECT_EQ(hold.use_count(), 1);
}

TEST_F(BorrowTest, ReleaseLetsTheHoldGo) {
  const auto hold = std::make_shared<int>(0);
  (void)borrowed({.lender = "the run", .hold = hold}).release();
  EXPECT_EQ(hold.use_count(), 1);
}

TEST_F(BorrowTest, AFailingTestShowsItsEvidenceOnceHoweverManyGuardsBorrowIt) {
  engine_->log = "borrowed words\n";
  const TestContainer box = borrowed();
  const TestContainer again = borrowed();
  set_test_context(TestContext{.test = "Suite.Name"});
  const std::vector<Evidence> evidence = failure_evidence();
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence[0].id, id_);
  EXPECT_THAT(evidence[0].log_tail, HasSubstr("borrowed words"));
}

TEST_F(BorrowTest, AFailedTestsWishToKeepDoesNotRenameIt) {
  const EnvironmentVariable keep{"DRYDOCK_KEEP", "failure"};
  {
    const TestContainer box = borrowed();
    set_test_context(TestContext{.test = "Suite.Name"});
    (void)failure_evidence();
    engine_->clear_lines();
  }
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(BorrowTest, IsNotCountedAsMadeHere) {
  const auto before = metrics::snapshot().total("drydock_objects_made");
  { const TestContainer box = borrowed(); }
  EXPECT_EQ(metrics::snapshot().total("drydock_objects_made"), before);
}

}  // namespace
}  // namespace drydock
