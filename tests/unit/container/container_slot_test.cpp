#include "container/container_slot.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/background_removal.h"
#include "drydock/container/pool.h"
#include "drydock/container/reset.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"

#include "support/environment_variable.h"
#include "support/fake_engine.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ContainerSlotTest : public ::testing::Test {
 protected:
  [[nodiscard]] Client client() const { return client_of(engine_); }
  [[nodiscard]] TestContainer start(ContainerSpec spec = {}) const {
    spec.image = "cache:1";
    spec.start_timeout = std::chrono::milliseconds{30};
    return TestContainer{std::move(spec), client()};
  }
  [[nodiscard]] bool is_full() const { return !is_slot_free(client()); }
  [[nodiscard]] std::ptrdiff_t lock_files() const {
    return std::distance(std::filesystem::recursive_directory_iterator{home_.path()}, {});
  }

  const std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();

 private:
  const ScratchDirectory home_{};
  const EnvironmentVariable state_{"XDG_STATE_HOME", home_.path().string()};
  const EnvironmentVariable bound_{"DRYDOCK_MAX_CONTAINERS", "1"};
};

TEST_F(ContainerSlotTest, WithoutABoundThereIsNoFile) {
  for (const auto& unset : {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    const EnvironmentVariable none{"DRYDOCK_MAX_CONTAINERS", unset};
    const TestContainer first = start();
    const TestContainer second = start();
    EXPECT_EQ(lock_files(), 0);
  }
}

TEST_F(ContainerSlotTest, RefusesWhatIsNoBound) {
  for (const char* value : {"0", "-1", "many", "3 ", "1.5", "10001", "99999999999999999999"}) {
    const EnvironmentVariable bad{"DRYDOCK_MAX_CONTAINERS", value};
    const auto error = thrown_by<InvalidArgumentError>([&] { (void)start(); });
    ASSERT_TRUE(error) << value;
    EXPECT_THAT(error->what(), AllOf(HasSubstr("DRYDOCK_MAX_CONTAINERS"), HasSubstr(value)));
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ContainerSlotTest, OneTooManyWaitsAndThenSaysWhoHoldsTheSlots) {
  set_test_context(TestContext{.test = "Cache.Answers"});
  const TestContainer first = start();
  set_test_context(std::nullopt);
  const auto error = thrown_by<TimeoutError>([&] { (void)start(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(),
              AllOf(HasSubstr("DRYDOCK_MAX_CONTAINERS=1"), HasSubstr("cache:1"),
                    HasSubstr("process " + std::to_string(::getpid())), HasSubstr("Cache.Answers")));
  EXPECT_EQ(engine_->count(), 1U) << "it was not created";
}

TEST_F(ContainerSlotTest, AFaultOfTheSpecIsToldWithoutWaiting) {
  const TestContainer first = start();
  ContainerSpec bad{.working_dir = "relative"};
  EXPECT_EQ(code_thrown_by([&] { (void)start(bad); }), ErrorCode::InvalidArgument);
}

TEST_F(ContainerSlotTest, ARemovalGivesTheSlotBack) {
  TestContainer first = start();
  EXPECT_TRUE(is_full());
  first.remove();
  EXPECT_FALSE(is_full()) << "though the guard still lives";
  { const TestContainer second = start(); }
  EXPECT_FALSE(is_full());
}

TEST_F(ContainerSlotTest, AContainerThatCouldNotBeRemovedStillCounts) {
  TestContainer first = start();
  engine_->refuse("DELETE /containers/", 500, "not now");
  EXPECT_THROW(first.remove(), EngineError);
  EXPECT_TRUE(is_full());
}

TEST_F(ContainerSlotTest, ACreateThatFailsGivesTheSlotBack) {
  engine_->refuse("POST /containers/create", 500, "no");
  EXPECT_THROW((void)start(), EngineError);
  EXPECT_FALSE(is_full());
  engine_->exits_at_start = true;
  EXPECT_THROW((void)start(), ContainerStartError);
  EXPECT_FALSE(is_full());
}

TEST_F(ContainerSlotTest, ARemovalInTheBackgroundGivesItBackWhenItIsDone) {
  { const TestContainer first = start({.removal = Removal::Background}); }
  EXPECT_TRUE(drain_background_removals());
  EXPECT_FALSE(is_full());
}

TEST_F(ContainerSlotTest, ARecreatedContainerKeepsItsSlot) {
  TestContainer container = start();
  engine_->on_request = [this](const std::string& line) {
    if (line == "POST /containers/create") {
      EXPECT_TRUE(is_full()) << "between the old one and the new one";
    }
  };
  container.reset(reset::Recreate{});
  EXPECT_TRUE(is_full());
  container.remove();
  EXPECT_FALSE(is_full());
}

TEST_F(ContainerSlotTest, AReleasedContainerCountsToTheProgramsEnd) {
  { (void)start().release(); }
  EXPECT_TRUE(is_full());
}

TEST_F(ContainerSlotTest, AContainerThatIsKeptForALookCountsNoMore) {
  { const TestContainer kept = start({.keep = true}); }
  EXPECT_EQ(engine_->count(), 1U);
  EXPECT_FALSE(is_full());
}

TEST_F(ContainerSlotTest, ACreatedContainerThatNobodyGuardsCounts) {
  const EnvironmentVariable two{"DRYDOCK_MAX_CONTAINERS", "2"};
  (void)create_container(client(), {.image = "cache:1"});
  EXPECT_FALSE(is_full());
  const TestContainer second = start();
  EXPECT_TRUE(is_full());
}

TEST_F(ContainerSlotTest, EnginesHaveBoundsOfTheirOwn) {
  const TestContainer first = start();
  const Client other{engine_, Endpoint::parse("unix:///elsewhere/docker.sock")};
  EXPECT_TRUE(is_slot_free(other));
}

TEST_F(ContainerSlotTest, APoolMakesDoWithTheSlotsThatThereAre) {
  ContainerPool pool{{.image = "cache:1"},
                     {.size = 2, .max_total = 2, .on_return = OnReturn::Reuse, .workers = 2},
                     client()};
  const auto limit = [] { return Deadline::in(std::chrono::seconds{30}); };
  for (int i = 0; i < 3; ++i) {
    const ContainerPool::Lease lease = pool.acquire(limit());  // each time the one that there is
    EXPECT_EQ(engine_->count(), 1U);
  }
  const ContainerPool::Lease lease = pool.acquire(limit());
  // Said also when no worker has come to look for a slot since.
  for (const std::chrono::milliseconds time : {std::chrono::milliseconds{0}, std::chrono::milliseconds{50}}) {
    const auto error = thrown_by<TimeoutError>([&] { (void)pool.acquire(Deadline::in(time)); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("DRYDOCK_MAX_CONTAINERS=1 leaves no slot"));
  }
}

}  // namespace
}  // namespace drydock
