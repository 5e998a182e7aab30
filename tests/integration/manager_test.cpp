// Containers by name at a real engine.
#include "drydock/container/manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ContainerSpec talking_spec() {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo up; exec sleep 600"};
  spec.ready = {wait::LogLine{.contains = "up"}};
  return spec;
}

class ManagerTest : public ::testing::Test {
 protected:
  ContainerManager manager_;
};

TEST_F(ManagerTest, TellsOfAContainer) {
  ContainerSpec spec = talking_spec();
  spec.network_mode = "";
  spec.ports = {8080};
  spec.healthcheck = {.argv = {"true"}, .interval = std::chrono::milliseconds{100}};
  spec.ready.push_back({wait::Healthy{}});
  const auto web = manager_.start_tracked("web", spec);
  const ContainerInfo info = manager_.info("web");
  EXPECT_EQ(info.name, "web");
  EXPECT_EQ(info.container_name, web->name());
  EXPECT_EQ(info.id, web->id());
  EXPECT_EQ(info.image, kBusybox);
  EXPECT_EQ(info.state.status, ContainerStatus::Running);
  EXPECT_EQ(info.state.health, Health::Healthy);
  ASSERT_THAT(info.ports, SizeIs(1));
  EXPECT_EQ(info.ports[0].host_port, web->host_port(8080));
  EXPECT_EQ(info.log_tail, "up\n");
  ASSERT_TRUE(info.stats);
  EXPECT_GT(info.stats->memory_bytes, 0U);
}

TEST_F(ManagerTest, AStoppedContainerHasNoStats) {
  manager_.start_tracked("web", talking_spec());
  manager_.container("web")->kill();
  (void)manager_.container("web")->wait_exit();
  const ContainerInfo info = manager_.info("web");
  EXPECT_EQ(info.state.exit_code, 137);
  EXPECT_EQ(info.log_tail, "up\n");
  EXPECT_FALSE(info.stats);
}

TEST_F(ManagerTest, RunsCommandsAndReadsLogs) {
  manager_.start_all({{"a", talking_spec()}, {"b", talking_spec()}});
  EXPECT_EQ(manager_.exec("a", {"sh", "-c", "echo of a > /tmp/x; cat /tmp/x"}).out, "of a\n");
  EXPECT_NE(manager_.exec("b", {"cat", "/tmp/x"}).exit_code, 0);
  EXPECT_EQ(manager_.logs("b").out, "up\n");
}

TEST_F(ManagerTest, StartsInOrderAndCleansUp) {
  ContainerSpec app = talking_spec();
  app.after = {"db"};
  ContainerSpec web = talking_spec();
  web.after = {"app", "db"};
  manager_.start_all({{"app", app}, {"db", talking_spec()}, {"web", web}});
  EXPECT_THAT(manager_.names(), ElementsAre("app", "db", "web"));
  const auto created = [&](const char* name) { return manager_.container(name)->inspect().created; };
  EXPECT_LT(created("db"), created("app"));
  EXPECT_LT(created("app"), created("web"));
  // One goes behind the manager's back: that is no failure.
  Client::from_environment().containers().remove(manager_.container("db")->id());
  const CleanupReport report = manager_.cleanup_all();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.removed, 2U);
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(ManagerTest, OneThatCannotStartTakesTheOthersWithIt) {
  ContainerSpec bad = idle_spec();
  bad.command = {"no-such-program"};
  try {
    manager_.start_all({{"a", talking_spec()}, {"bad", bad}, {"c", talking_spec()}});
    FAIL() << "it started";
  } catch (const ParallelStartError& error) {
    ASSERT_THAT(error.failures(), SizeIs(1));
    EXPECT_EQ(error.failures()[0].name, "bad");
    EXPECT_EQ(error.failures()[0].code, ErrorCode::CommandNotStarted);
    EXPECT_THAT(error.what(), HasSubstr("no-such-program"));
  }
  EXPECT_THAT(manager_.names(), IsEmpty());
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(ManagerTest, ADestroyedManagerLeavesNothing) {
  {
    ContainerManager manager;
    manager.start_all({{"a", talking_spec()}, {"b", talking_spec()}, {"c", talking_spec()}});
    EXPECT_THAT(left_behind_here(), SizeIs(3));
  }
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

}  // namespace
}  // namespace drydock
