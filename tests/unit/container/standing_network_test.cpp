#include "container/standing_network.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/shared_container.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "container/create_body.h"
#include "container/registry.h"
#include "docker/json.h"
#include "support/fake_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kCreate = "POST /containers/create";
constexpr const char* kStart = "POST /containers/ID/start";
constexpr const char* kInspect = "GET /containers/ID/json";
constexpr const char* kRemove = "DELETE /containers/ID?force=1&v=1";

ContainerSpec whole_spec() {
  return {.image = "db:1",
          .env = {{"A", "1"}},
          .hostname = "h",
          .ports = {80},
          .networks = {{.network = "first", .aliases = {"db"}}, {.network = "second"}},
          .extra_hosts = {{"x", "10.0.0.1"}},
          .dns = {"10.0.0.2"},
          .dns_search = {"example.org"},
          .security = {.no_new_privileges = false},
          .ready = {wait::PortOpen{80}},
          .standing_network = true};
}

class StandingNetworkTest : public ::testing::Test {
 protected:
  StandingNetworkTest() {
    log::set_sink([this](log::Level, std::string_view line) { reports_.emplace_back(line); });
  }
  ~StandingNetworkTest() override { log::set_sink(nullptr); }

  [[nodiscard]] TestContainer start(ContainerSpec spec = {.image = "db:1", .standing_network = true}) const {
    return TestContainer{std::move(spec), client_of(engine_)};
  }

  // Refuses the create of the container after that of its anchor.
  void refuse_join(int status, const std::string& message) {
    engine_->on_request = [this, status, message, creates = 0](const std::string& line) mutable {
      if (line == kCreate && ++creates == 2) {
        engine_->refuse(kCreate, status, message);
      }
    };
  }

  [[nodiscard]] std::vector<std::string> network_modes() const {
    std::vector<std::string> modes;
    for (const auto& [id, object] : engine_->objects("containers")) {
      modes.push_back(parse_json(object.body, "a body")["HostConfig"]["NetworkMode"].string());
    }
    return modes;
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  std::vector<std::string> reports_;
};

TEST_F(StandingNetworkTest, TheAnchorHoldsWhatTheNetworkIs) {
  const std::string body = create_body(anchor_spec(whole_spec(), "c1", "drydock/anchor:1"));
  EXPECT_EQ(body, R"({"ExposedPorts":{"80/tcp":{}},"HostConfig":{"CapDrop":["ALL"],"Dns":["10.0.0.2"],)"
                  R"("DnsSearch":["example.org"],"ExtraHosts":["x:10.0.0.1"],"NetworkMode":"first",)"
                  R"("PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]},"ReadonlyRootfs":true,)"
                  R"("SecurityOpt":["no-new-privileges"]},"Hostname":"h","Image":"drydock/anchor:1",)"
                  R"("NetworkingConfig":{"EndpointsConfig":{"first":{"Aliases":["db","c1"]}}}})");
}

TEST_F(StandingNetworkTest, TheContainerIsTheRestAndJoins) {
  EXPECT_EQ(create_body(joined_spec(whole_spec(), "abc")),
            R"({"Env":["A=1"],"HostConfig":{"NetworkMode":"container:abc"},"Image":"db:1"})");
}

TEST_F(StandingNetworkTest, AnchorAndContainerAreEightRequests) {
  { const TestContainer box = start(); }
  EXPECT_THAT(engine_->lines(),
              ElementsAre(kCreate, kStart, kInspect, kCreate, kStart, kInspect, kRemove, kRemove));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, TheAnchorIsToldApartByItsRole) {
  const TestContainer box = start();
  ASSERT_THAT(engine_->objects("containers"), SizeIs(2));
  for (const auto& [id, object] : engine_->objects("containers")) {
    EXPECT_EQ(object.labels.contains("drydock.role"), id != box.id());
    EXPECT_TRUE(object.labels.contains("drydock.owner"));
  }
}

TEST_F(StandingNetworkTest, PortsAreTheAnchors) {
  engine_->published_port = 4711;
  const TestContainer box = start({.image = "db:1", .ports = {80}, .standing_network = true});
  EXPECT_EQ(box.host_port(80), 4711);
  EXPECT_EQ(box.inspect().ports.at(0).host_port, 4711);
}

TEST_F(StandingNetworkTest, ANetworkThatCannotBeSeenIsNotUsedAgain) {
  TestContainer box = start();
  const std::vector<std::string> before = network_modes();
  box.reset(reset::Recreate{});
  EXPECT_THAT(engine_->objects("containers"), SizeIs(2));
  for (const std::string& mode : network_modes()) {
    EXPECT_EQ(std::count(before.begin(), before.end(), mode), mode.empty() ? 1 : 0) << mode;
  }
}

TEST_F(StandingNetworkTest, WithoutTheImageTheContainerHasItsOwnNetwork) {
  engine_->has_image = false;  // nor the container's own, which is pulled
  engine_->refuse("POST /images/load", 500, "no loads here");
  const TestContainer box = start();
  EXPECT_THAT(network_modes(), ElementsAre(""));
  ASSERT_THAT(reports_, SizeIs(1));
  EXPECT_THAT(reports_[0], HasSubstr("no loads here"));
}

TEST_F(StandingNetworkTest, WithoutAnAnchorTheContainerHasItsOwnNetwork) {
  engine_->refuse(kStart, 400, "exec format error");
  {
    const TestContainer box = start();
    EXPECT_THAT(network_modes(), ElementsAre("")) << "the anchor is gone";
    ASSERT_THAT(reports_, SizeIs(1));
    EXPECT_THAT(reports_[0], HasSubstr("exec format error"));
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, WhereContainersCannotJoinTheContainerHasItsOwnNetwork) {
  refuse_join(500, "no joins here");
  {
    const TestContainer box = start();
    EXPECT_THAT(network_modes(), ElementsAre("")) << "the anchor is gone";
    ASSERT_THAT(reports_, SizeIs(1));
    EXPECT_THAT(reports_[0], HasSubstr("no joins here"));
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, WhereAJoinedContainerCannotStartItHasItsOwnNetwork) {
  engine_->on_request = [this, starts = 0](const std::string& line) mutable {
    if (line == kStart && ++starts == 2) {
      engine_->refuse(kStart, 500, "no joins here");
    }
  };
  {
    const TestContainer box = start();
    EXPECT_THAT(network_modes(), ElementsAre("")) << "the anchor is gone";
    EXPECT_TRUE(engine_->objects("containers").contains(box.id()));
    ASSERT_THAT(reports_, SizeIs(1));
    EXPECT_THAT(reports_[0], HasSubstr("no joins here"));
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, ACommandThatCannotRunIsNoReasonToGoWithout) {
  engine_->on_request = [this, starts = 0](const std::string& line) mutable {
    if (line == kStart && ++starts == 2) {
      engine_->refuse(kStart, 400, "exec: no such file or directory");
    }
  };
  EXPECT_NE(code_thrown_by([&] { const TestContainer box = start(); }), std::nullopt);
  EXPECT_THAT(reports_, IsEmpty());
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, WhatAContainerOfItsOwnNetworkWouldMeetIsThrown) {
  engine_->refuse(kStart, 500, "driver failed: port is already allocated");
  EXPECT_EQ(code_thrown_by([&] { const TestContainer box = start(); }), ErrorCode::PortInUse);
  EXPECT_EQ(engine_->count(), 0U);
  refuse_join(409, "the name is in use");
  EXPECT_EQ(code_thrown_by([&] { const TestContainer box = start(); }), ErrorCode::Conflict);
  EXPECT_EQ(engine_->count(), 0U);
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(StandingNetworkTest, AnAnchorThatCannotBeRemovedIsTriedAgainAtTheEnd) {
  {
    const TestContainer box = start();
    engine_->on_request = [this, removes = 0](const std::string& line) mutable {
      if (line == kRemove && ++removes == 2) {
        engine_->refuse(kRemove, 500, "not now");
      }
    };
  }
  EXPECT_EQ(engine_->count(), 1U);
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(StandingNetworkTest, ABadSpecIsRefusedBeforeAnythingIsSent) {
  ContainerSpec spec = whole_spec();
  spec.networks.clear();
  spec.network_mode = "host";
  EXPECT_EQ(code_thrown_by([&] { const TestContainer box = start(spec); }), ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(StandingNetworkTest, WhatNoGuardOwnsHasNone) {
  const Client client = client_of(engine_);
  EXPECT_EQ(code_thrown_by([&] { (void)create_container(client, whole_spec()); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { (void)shared_container(whole_spec(), {}, client); }),
            ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

}  // namespace
}  // namespace drydock
