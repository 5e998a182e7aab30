#include "drydock/container/parallel_start.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ParallelStartTest : public ::testing::Test {
 protected:
  std::vector<TestContainer> start(std::vector<ContainerSpec> specs, std::size_t max_parallel = 16) {
    return start_all(std::move(specs), {.max_parallel = max_parallel}, client_of(engine_));
  }
  [[nodiscard]] std::ptrdiff_t requests(const std::string& line) const {
    const std::vector<std::string> lines = engine_->lines();
    return std::count(lines.begin(), lines.end(), line);
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
};

TEST_F(ParallelStartTest, ReturnsTheContainersInTheOrderOfTheSpecs) {
  {
    const auto all = start({{.image = "a", .name = "first", .after = {"third"}},
                            {.image = "b"},
                            {.image = "c", .name = "third"}});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].name(), "first");
    EXPECT_EQ(all[1].spec().image, "b");
    EXPECT_EQ(all[2].name(), "third");
    EXPECT_EQ(engine_->count(), 3U);
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ParallelStartTest, OneIsCreatedWhenThoseBeforeItAreReady) {
  const wait::Custom sees_nothing_of_app{.ready = [&](const TestContainer&) {
    const auto objects = engine_->objects("containers");
    return std::none_of(objects.begin(), objects.end(),
                        [](const auto& entry) { return entry.second.name == "app"; });
  }};
  const auto all = start({{.image = "app", .name = "app", .after = {"db"}},
                          {.image = "db", .name = "db", .ready = {sees_nothing_of_app}}});
  EXPECT_EQ(engine_->count(), 2U);
}

TEST_F(ParallelStartTest, BadOrdersAreRefusedBeforeAnythingIsSent) {
  EXPECT_EQ(code_thrown_by([&] { (void)start({{.image = "a", .name = "a", .after = {"b"}}}); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] {
              (void)start(
                  {{.image = "a", .name = "a", .after = {"b"}}, {.image = "b", .name = "b", .after = {"a"}}});
            }),
            ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(ParallelStartTest, ABadSpecIsRefusedBeforeAnyOtherStarts) {
  EXPECT_EQ(code_thrown_by([&] {
              (void)start({{.image = "a"}, {.image = ""}});
            }),
            ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(ParallelStartTest, AFailureRemovesWhatHadStartedAndKeepsTheRestFromStarting) {
  engine_->refuse("POST /containers/ID/start", 500, "port is already allocated");
  // One at a time: 'bad' is the first to start.
  const auto error = thrown_by<ParallelStartError>([&] {
    (void)start({{.image = "a", .name = "bad"}, {.image = "b", .name = "later", .after = {"bad"}}}, 1);
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::PortInUse);
  ASSERT_EQ(error->failures().size(), 1U);
  EXPECT_EQ(error->failures()[0].name, "bad");
  EXPECT_EQ(requests("POST /containers/create"), 1);
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ParallelStartTest, EveryFailureIsTold) {
  // Both starts are under way before either can fail.
  std::atomic<int> starting{0};
  engine_->on_request = [&](const std::string& line) {
    if (line == "POST /containers/ID/start") {
      ++starting;
      while (starting < 2) {
        std::this_thread::yield();
      }
    }
  };
  engine_->refuse("POST /containers/ID/start", 500, "the first");
  engine_->refuse("POST /containers/ID/start", 500, "the second");
  const auto error = thrown_by<ParallelStartError>([&] {
    (void)start({{.image = "a", .name = "one"}, {.image = "b", .name = "two"}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->failures().size(), 2U);
  EXPECT_THAT(error->what(),
              AllOf(HasSubstr("the first"), HasSubstr("the second"), HasSubstr("'one'"), HasSubstr("'two'")));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ParallelStartTest, AMissingImageIsPulledOnceForAll) {
  engine_->has_image = false;
  const auto all = start(std::vector<ContainerSpec>(16, ContainerSpec{.image = "busybox"}));
  EXPECT_EQ(requests("POST /images/create"), 1);
}

TEST_F(ParallelStartTest, AlwaysPullingPullsOnceForAll) {
  const auto all =
      start(std::vector<ContainerSpec>(16, ContainerSpec{.image = "busybox", .pull = PullPolicy::Always}), 2);
  EXPECT_EQ(requests("POST /images/create"), 1);
}

TEST_F(ParallelStartTest, AnImageThatCannotBePulledStartsNothing) {
  engine_->can_pull = false;
  const auto error = thrown_by<ParallelStartError>([&] {
    (void)start({{.image = "a"}, {.image = "b", .pull = PullPolicy::Always}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(requests("POST /containers/create"), 0);
}

}  // namespace
}  // namespace drydock
