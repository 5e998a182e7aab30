// A pool: containers that are ready before a test asks for one.
//
// What to look at: acquire() takes microseconds when a container is ready; starting, cleaning up and removing
// happen on the pool's threads. A lease gives its container back at the end of its scope. Where even a pool
// is too much, Removal::Background takes the removal alone off the test's path.
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/background_removal.h"
#include "drydock/container/pool.h"
#include "drydock/gtest.h"

using namespace drydock;
using testing::IsEmpty;

ContainerSpec busybox() {
  return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}};
}

// One pool for all tests of the suite.
class PoolTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (check_engine().verdict == EngineCheck::Verdict::Run) {
      pool = std::make_unique<ContainerPool>(busybox(),
                                             PoolOptions{.size = 2,
                                                         .max_total = 2,
                                                         .on_return = OnReturn::Reset,
                                                         .reset_command = {"sh", "-c", "rm -rf /tmp/*"}});
    }
  }
  static void TearDownTestSuite() { pool.reset(); }
  void SetUp() override { DRYDOCK_REQUIRE_ENGINE(); }

  static inline std::unique_ptr<ContainerPool> pool;
};

TEST_F(PoolTest, LendsAContainer) {
  const ContainerPool::Lease box = pool->acquire();
  EXPECT_THAT(box->sh("echo mine > /tmp/file"), Succeeded());
}

TEST_F(PoolTest, LendsItCleanToTheNext) {
  for (int user = 0; user < 4; ++user) {
    const ContainerPool::Lease box = pool->acquire();
    EXPECT_THAT(box->sh("ls /tmp; echo dirt > /tmp/file"), Succeeded(StdoutIs(IsEmpty())));
  }
  EXPECT_LE(pool->stats().made, 2U);
}

TEST(BackgroundRemoval, TakesTheRemovalOffTheTestsPath) {
  DRYDOCK_REQUIRE_ENGINE();
  ContainerId id;
  {
    ContainerSpec spec = busybox();
    spec.removal = Removal::Background;
    const TestContainer box(spec);
    id = box.id();
  }
  // The container may still be there. Who needs to know waits; the program's end does so by itself.
  EXPECT_TRUE(drain_background_removals());
  EXPECT_EQ(Client::from_environment().containers().find(id), std::nullopt);
}
