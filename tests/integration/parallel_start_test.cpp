// Many containers at once at a real engine: all of them, or none.
#include "drydock/container/parallel_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/real_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ParallelStartTest, SixteenContainersRunAtOnce) {
  {
    const std::vector<TestContainer> all = start_all(std::vector<ContainerSpec>(16, idle_spec()));
    ASSERT_THAT(all, SizeIs(16));
    for (const TestContainer& container : all) {
      EXPECT_TRUE(container.inspect().state.running);
    }
    EXPECT_THAT(left_behind_here(), SizeIs(16));
  }
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST(ParallelStartTest, OneStartsWhenThoseBeforeItAreReady) {
  ContainerSpec app = idle_spec();
  app.after = {"drydock-parallel-db"};
  ContainerSpec db = idle_spec();
  db.name = "drydock-parallel-db";
  db.command = {"sh", "-c", "sleep 1; echo ready; exec sleep 600"};
  db.ready = {wait::LogLine{.contains = "ready"}};
  const std::vector<TestContainer> all = start_all({app, db});
  EXPECT_NE(all[1].logs().out.find("ready"), std::string::npos);
  EXPECT_GT(all[0].inspect().created, all[1].inspect().state.started_at);
}

TEST(ParallelStartTest, AFailureLeavesNothingBehind) {
  std::vector<ContainerSpec> specs(6, idle_spec());
  specs[2].command = {"no-such-program"};
  specs[4].command = {"sh", "-c", "echo cannot open config >&2; exit 3"};
  specs[4].ready = {wait::LogLine{.contains = "never"}};
  const auto error = thrown_by<ParallelStartError>([&] { (void)start_all(specs); });
  ASSERT_TRUE(error);
  EXPECT_FALSE(error->failures().empty());
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

}  // namespace
}  // namespace drydock
