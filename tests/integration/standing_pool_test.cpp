// A pool whose containers have standing networks: what is replaced comes back at its address.
#include <chrono>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/background_removal.h"
#include "drydock/container/pool.h"
#include "drydock/observability/metrics.h"

#include "support/fresh_web.h"
#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(StandingPoolTest, HandsOutCleanContainersAtTheSameAddresses) {
  {
    ContainerPool pool{web_spec(true), {.size = 2, .max_total = 2}};
    std::map<std::string, int> by_address;
    std::map<std::string, int> by_id;
    for (int round = 0; round < 8; ++round) {
      const ContainerPool::Lease lease = pool.acquire(Deadline::in(std::chrono::minutes{1}));
      EXPECT_EQ(dirt_in(*lease), "");
      ++by_address[lease->address(kWebPort)];
      ++by_id[lease->id()];
      soil(*lease);
    }
    EXPECT_THAT(by_address, SizeIs(2));
    EXPECT_THAT(by_id, SizeIs(8));
    pool.wait_ready(Deadline::in(std::chrono::minutes{1}));
    EXPECT_EQ(pool.stats().made, 10U);
    EXPECT_EQ(pool.stats().broken, 0U);
  }
  EXPECT_TRUE(drain_background_removals(Deadline::in(std::chrono::minutes{1})));
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

// An exec would make three calls.
TEST(StandingPoolTest, HandsOutWithAnOpenShell) {
  ContainerPool pool{web_spec(true), {.size = 1, .max_total = 1, .shell = true}};
  for (int round = 0; round < 2; ++round) {
    const ContainerPool::Lease lease = pool.acquire(Deadline::in(std::chrono::minutes{1}));
    EXPECT_TRUE(drain_background_removals(Deadline::in(std::chrono::minutes{1})));
    const auto calls = metrics::snapshot().total("drydock_calls");
    EXPECT_EQ(lease->exec({"echo", "fast"}, {.mode = ExecMode::Fast}).out, "fast\n");
    EXPECT_EQ(metrics::snapshot().total("drydock_calls"), calls);
  }
}

TEST(StandingPoolTest, AnImageWithoutAShellIsSaidToHaveNone) {
  ContainerPool pool{{.image = "drydock-test/probe:1", .command = {"listen"}},
                     {.size = 1, .max_total = 1, .shell = true}};
  try {
    (void)pool.acquire(Deadline::in(std::chrono::minutes{1}));
    FAIL() << "it handed out a container without the shell that was asked for";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::CommandNotStarted) << error.what();
  }
}

TEST(StandingPoolTest, ReplacesOneThatItsUserKilledOrRemoved) {
  ContainerPool pool{web_spec(true), {.size = 1, .max_total = 1}};
  pool.acquire()->kill();
  EXPECT_TRUE(pool.acquire()->remove());
  EXPECT_EQ(dirt_in(*pool.acquire()), "");
}

}  // namespace
}  // namespace drydock
