// Several containers by name: a ContainerManager starts them in order, and is asked by name afterwards.
//
// What to look at: `after` says what has to be ready first; what does not depend on each other starts side by
// side. One call cleans up, goes on past failures and says what they were. The destructor does the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/manager.h"
#include "drydock/gtest.h"

using namespace drydock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ContainerSpec web_server() {
  return {.image = "drydock-test/web:1", .ports = {8080}, .ready = {wait::HttpOk{.port = 8080}}};
}

ContainerSpec worker() {
  return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}};
}

TEST(Manager, StartsInOrderAndAnswersByName) {
  DRYDOCK_REQUIRE_ENGINE();
  ContainerManager manager;  // throws here when no engine answers
  ContainerSpec after_web = worker();
  after_web.after = {"web"};
  manager.start_all({{"web", web_server()}, {"worker", after_web}});
  EXPECT_THAT(manager.names(), ElementsAre("web", "worker"));

  EXPECT_THAT(manager.exec("worker", {"cat", "/etc/issue"}), Succeeded(StdoutIs("drydock test image\n")));

  const ContainerInfo info = manager.info("web");
  EXPECT_EQ(info.state.status, ContainerStatus::Running);
  EXPECT_THAT(info.log_tail, HasSubstr("listening"));
  EXPECT_GT(info.stats->memory_bytes, 0U);

  const CleanupReport report = manager.cleanup_all();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.removed, 2U);
  EXPECT_THAT(manager.names(), IsEmpty());
}

TEST(Manager, AFailureAmongSeveralLeavesNone) {
  DRYDOCK_REQUIRE_ENGINE();
  ContainerManager manager;
  ContainerSpec broken = worker();
  broken.command = {"no-such-program"};
  try {
    manager.start_all({{"web", web_server()}, {"broken", broken}});
    FAIL() << "it started";
  } catch (const ParallelStartError& error) {
    ASSERT_EQ(error.failures().size(), 1U);
    EXPECT_EQ(error.failures()[0].name, "broken");
  }
  EXPECT_THAT(manager.names(), IsEmpty());
}
