// What is left for a look stays, with all that it uses, until somebody removes it by hand or by
// `drydock sweep --kept`.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/sweep.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/observability/log.h"

#include "base/random.h"
#include "container/owner.h"
#include "support/child_run.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/tool.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class KeepTest : public ::testing::Test {
 protected:
  ~KeepTest() override {
    for (const ObjectKind kind : kRemovalOrder) {
      for (const EngineObject& object : find_objects(client_, kind, filter_)) {
        remove_object(client_, kind, object.id);
      }
    }
  }

  [[nodiscard]] ChildRun run(const std::string& filter, const std::string& policy) const {
    return run_test_program("gtest_failures", {"--gtest_filter=" + filter},
                            {{"DRYDOCK_SESSION", session_}, {"DRYDOCK_KEEP", policy}});
  }

  [[nodiscard]] std::vector<EngineObject> containers() const {
    return find_objects(client_, ObjectKind::Container, filter_);
  }

  [[nodiscard]] bool exists(const std::string& network) const {
    return client_.networks().find(network).has_value();
  }

  // Waits for the watchdogs of whoever made what stands.
  void wait_for_watchdogs() const {
    for (const EngineObject& object : containers()) {
      EXPECT_TRUE(watchdogs_gone(object.labels.at("drydock.owner")));
    }
  }

  const Client client_ = Client::from_environment();
  const std::string session_ = "keep-" + random_hex(8);
  const std::string filter_ = "drydock.session=" + session_;
};

TEST_F(KeepTest, AFailedTestsContainerStaysUnderANewNameAndIsToldOf) {
  const ChildRun child = run("Failing.Assert", "failure");
  wait_for_watchdogs();
  const std::vector<EngineObject> kept = containers();
  ASSERT_THAT(kept, SizeIs(1)) << child.output;
  EXPECT_THAT(kept[0].name, StartsWith("drydock-kept-"));
  EXPECT_TRUE(client_.containers().inspect(kept[0].id).state.running);
  EXPECT_THAT(child.output, AllOf(HasSubstr("docker exec -it " + kept[0].name + " sh"),
                                  HasSubstr("docker rm -f -v " + kept[0].name)));
}

TEST_F(KeepTest, ATestThatThrewKeepsItsContainer) {
  const ChildRun child = run("Failing.Exception", "failure");
  EXPECT_THAT(containers(), SizeIs(1)) << child.output;
}

TEST_F(KeepTest, AContainerThatDidNotBecomeReadyStays) {
  const ChildRun child = run("Failing.StartOfContainer", "failure");
  ASSERT_THAT(containers(), SizeIs(1)) << child.output;
  EXPECT_THAT(child.output, HasSubstr("docker logs drydock-kept-"));
}

TEST_F(KeepTest, APassedTestsContainerDoesNotStay) {
  const EnvironmentVariable policy{"DRYDOCK_KEEP", "failure"};
  const EnvironmentVariable session{"DRYDOCK_SESSION", session_};
  { const TestContainer passed{idle_spec()}; }
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(KeepTest, WithoutThePolicyAFailedTestsContainerGoes) {
  (void)run("Failing.Assert", "never");
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(KeepTest, AlwaysKeepsAll) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", session_};
  log::set_sink([](log::Level, std::string_view) {});
  {
    const EnvironmentVariable policy{"DRYDOCK_KEEP", "always"};
    const TestNetwork network;
    const TestVolume volume;
    const TestContainer container{idle_spec()};
  }
  log::set_sink(nullptr);
  EXPECT_THAT(left_behind(filter_), SizeIs(3));
}

TEST_F(KeepTest, ASpecsWishKeepsTheContainerAndWhatItUses) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", session_};
  std::vector<std::string> said;
  log::set_sink([&](log::Level, std::string_view line) { said.emplace_back(line); });
  {
    const TestNetwork network;
    const TestVolume volume;
    ContainerSpec spec = idle_spec();
    spec.network_mode = "";
    spec.networks = {{.network = network.name()}};
    spec.mounts = {Mount::volume(volume.name(), "/data")};
    spec.keep = true;
    const TestContainer container{spec};
  }
  log::set_sink(nullptr);
  EXPECT_THAT(left_behind(filter_), SizeIs(3));
  EXPECT_THAT(said, Contains(HasSubstr("docker exec -it ")));
}

TEST_F(KeepTest, ANetworkThatIsTheContainersModeStaysToo) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", session_};
  log::set_sink([](log::Level, std::string_view) {});
  {
    const TestNetwork network;
    ContainerSpec spec = idle_spec();
    spec.network_mode = network.name();
    spec.keep = true;
    const TestContainer container{spec};
  }
  log::set_sink(nullptr);
  EXPECT_THAT(left_behind(filter_), SizeIs(2));
}

TEST_F(KeepTest, WhatIsKeptCanBeRemovedByItsGuardAllTheSame) {
  const EnvironmentVariable session{"DRYDOCK_SESSION", session_};
  ContainerSpec spec = idle_spec();
  spec.keep = true;
  TestContainer container{spec};
  EXPECT_TRUE(container.remove());
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(KeepTest, TheToolListsItAndSweepsItOnlyWhenAsked) {
  (void)run("Failing.Assert", "failure");
  wait_for_watchdogs();
  const Json rows = run_tool_for_json({"ps", "--kept", "--session", session_});
  ASSERT_THAT(rows.array(), SizeIs(1)) << rows.dump();
  const Json& row = rows.array()[0];
  EXPECT_EQ(row["verdict"].string(), "kept");
  EXPECT_EQ(row["owner_state"].string(), "dead");
  EXPECT_EQ(row["test"].string(), "Failing.Assert");
  EXPECT_GE(row["kept_since"].integer(), row["created"].integer());
  EXPECT_EQ(run_tool_for_json({"sweep", "--session", session_})["kept"].integer(), 1);
  EXPECT_THAT(containers(), SizeIs(1));
  const Json swept = run_tool_for_json({"sweep", "--kept", "--session", session_});
  EXPECT_EQ(swept["objects"].array().at(0)["removed"].boolean(), true) << swept.dump();
  EXPECT_THAT(containers(), IsEmpty());
}

// The owner is dead, the container is kept: its network and volume are not swept from under it.
TEST_F(KeepTest, ASweepLeavesWhatAKeptContainerUses) {
  Owner dead = Owner::of_this_process();
  dead.start_time -= 1;
  const Labels labels{{"drydock.session", session_}, {"drydock.owner", dead.to_text()}};
  const std::string network = client_.networks().create({.name = session_, .labels = labels});
  const std::string unused = client_.networks().create({.name = session_ + "-unused", .labels = labels});
  client_.volumes().create({.name = session_, .labels = labels});
  Json body;
  body.set("Image") = kBusybox;
  body.set("Cmd") = Json::strings(std::vector<std::string>{"true"});
  body.set("Labels") = Json::strings(labels);
  body.set("Labels").set("drydock.keep") = "spec";
  body.set("HostConfig").set("NetworkMode") = session_;
  body.set("HostConfig").set("Binds") = Json::strings(std::vector<std::string>{session_ + ":/data"});
  const ContainerId container = client_.containers().create({.body = body.dump()}).id;
  client_.containers().start(container);
  client_.containers().wait(container);  // it has ended: its network could be removed
  // What another session's kept container uses stays, too.
  const Labels others{{"drydock.session", session_ + "-other"}, {"drydock.owner", dead.to_text()}};
  const std::string shared = client_.networks().create({.name = session_ + "-shared", .labels = others});
  client_.networks().connect(shared, container);
  EXPECT_THAT(sweep(client_, {.session = session_ + "-other"}).objects, IsEmpty());
  EXPECT_TRUE(exists(shared));
  client_.containers().stop(container);
  client_.networks().disconnect(shared, container, true);
  // Another program that starts now sweeps, too, and may be first: what counts is what is there afterwards.
  (void)sweep(client_, {.session = session_ + "-other"});
  EXPECT_FALSE(exists(shared));
  const SweepReport report = sweep(client_, {.session = session_});
  EXPECT_FALSE(exists(unused));
  EXPECT_TRUE(exists(network));
  EXPECT_EQ(report.kept, 3U);
}

}  // namespace
}  // namespace drydock
