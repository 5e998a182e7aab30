// A standing network on a real engine: what of it stays when its container is replaced, and what the next
// container sees of the one before.
#include "support/standing_network.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/snapshot.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/gtest/matchers.h"

#include "container/tcp_knock.h"
#include "support/real_engine.h"
#include "transport/socket_connect.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint16_t kPort = kStandingPort;
constexpr const char* kEstablished = "01";
constexpr const char* kTimeWait = "06";
constexpr const char* kListening = "0A";

// What the network is from outside and from inside.
struct View {
  std::string address{}, ip{}, hostname{};
  friend bool operator==(const View&, const View&) = default;
};

void PrintTo(const View& view, std::ostream* out) {
  *out << view.address << " " << view.ip << " " << view.hostname;
}

View view_of(const TestContainer& box) {
  const ContainerDetails details = box.inspect();
  return {box.address(kPort), details.networks.at(0).ip_address, box.exec({"hostname"}).out};
}

// Returns the states of the TCP sockets that a container sees.
std::vector<std::string> sockets(const TestContainer& box) {
  std::istringstream lines{box.sh("awk 'FNR > 1 {print $4}' /proc/net/tcp /proc/net/tcp6").out};
  std::vector<std::string> states;
  for (std::string state; lines >> state;) {
    states.push_back(state);
  }
  return states;
}

bool comes_to_see(const TestContainer& box, const std::string& state) {
  const Deadline deadline = Deadline::in(std::chrono::seconds{30});
  while (!deadline.expired()) {
    const std::vector<std::string> seen = sockets(box);
    if (std::find(seen.begin(), seen.end(), state) != seen.end()) {
      return true;
    }
  }
  return false;
}

class StandingNetworkTest : public ::testing::Test {
 protected:
  void TearDown() override {
    box_.reset();
    EXPECT_THAT(left_behind_here(), IsEmpty());
  }

  TestContainer& start(ContainerSpec spec = standing_spec()) { return box_.emplace(std::move(spec)); }

  // Connects to the container as its address says.
  [[nodiscard]] static UniqueFd connect(const TestContainer& box) {
    Knock knocked = knock(resolve_tcp(box.host(), box.host_port(kPort)).at(0), Reach::Routed,
                          Deadline::in(std::chrono::seconds{10}));
    EXPECT_EQ(knocked.error, 0);
    return std::move(knocked.socket);
  }

  std::optional<TestContainer> box_;
};

TEST_F(StandingNetworkTest, StaysOverRecreate) {
  TestContainer& box = start();
  const View before = view_of(box);
  const std::string anchor = anchor_of(box);
  const ContainerId id = box.id();
  for (int round = 0; round < 2; ++round) {
    box.reset(reset::Recreate{});
    EXPECT_EQ(view_of(box), before);
    EXPECT_EQ(anchor_of(box), anchor);
  }
  EXPECT_NE(box.id(), id);
  EXPECT_THAT(left_behind_here(), SizeIs(2));
}

TEST_F(StandingNetworkTest, StaysOverFromSnapshot) {
  TestContainer& box = start();
  const View before = view_of(box);
  ASSERT_THAT(box.sh("echo rows > /database"), Succeeded());
  {
    const Snapshot prepared = box.snapshot();
    ASSERT_THAT(box.sh("echo dirt >> /database"), Succeeded());
    box.reset(reset::FromSnapshot{.image = prepared.image()});
    EXPECT_EQ(view_of(box), before);
    EXPECT_THAT(box.exec({"cat", "/database"}), Succeeded(StdoutIs("rows\n")));
    box.reset(reset::Recreate{});
  }
  EXPECT_EQ(view_of(box), before);
}

TEST_F(StandingNetworkTest, StaysOverRestart) {
  TestContainer& box = start();
  const View before = view_of(box);
  box.reset(reset::Restart{.grace = std::chrono::seconds{0}});
  EXPECT_EQ(view_of(box), before);
}

TEST_F(StandingNetworkTest, AServerIsReachedAtTheSameAddressByTheConditionsOfItsSpec) {
  ContainerSpec spec{.image = "drydock-test/web:1",
                     .ports = {8080},
                     .ready = {wait::PortOpen{8080}, wait::HttpOk{.path = "/health"},
                               wait::LogLine{.contains = "listening"}},
                     .standing_network = true};
  TestContainer& web = start(spec);
  const std::string address = web.address(8080);
  for (int round = 0; round < 3; ++round) {
    web.reset(reset::Recreate{});
    EXPECT_EQ(web.address(8080), address);
  }
}

TEST_F(StandingNetworkTest, ListenersAndOpenConnectionsGoWithTheirContainer) {
  TestContainer& box = start();
  const View before = view_of(box);
  for (const Reset& policy : std::vector<Reset>{reset::Recreate{}, reset::FromSnapshot{}}) {
    box.exec_detached({"nc", "-l", "-p", std::to_string(kPort), "-e", "sleep", "600"});
    ASSERT_TRUE(comes_to_see(box, kListening));
    const UniqueFd held_open = connect(box);
    ASSERT_TRUE(comes_to_see(box, kEstablished));
    box.reset(policy);
    EXPECT_THAT(sockets(box), IsEmpty());
    EXPECT_EQ(view_of(box), before);
  }
}

TEST_F(StandingNetworkTest, WhatTheKernelAloneStillHoldsIsEnded) {
  TestContainer& box = start();
  const View before = view_of(box);
  // The end that closes first waits for a minute.
  box.exec_detached({"nc", "-l", "-p", std::to_string(kPort), "-e", "true"});
  ASSERT_TRUE(comes_to_see(box, kListening));
  UniqueFd client = connect(box);
  ASSERT_EQ(hold(client, std::chrono::seconds{30}), Held::Closed);
  client.reset();
  ASSERT_TRUE(comes_to_see(box, kTimeWait));
  box.reset(reset::Recreate{});
  EXPECT_THAT(sockets(box), IsEmpty());
  EXPECT_EQ(view_of(box), before);
  EXPECT_THAT(box.sh("nc -l -p 7000 -e true & sleep 0.2; nc 127.0.0.1 7000"), Succeeded())
      << "it can be bound";
}

TEST_F(StandingNetworkTest, TheNextContainerSeesNoSocketOfAnotherThatHasJoined) {
  TestContainer& box = start();
  const std::string anchor = anchor_of(box);
  const TestContainer beside{
      {.image = kBusybox, .command = {"nc", "-l", "-p", "7001"}, .network_mode = "container:" + anchor}};
  ASSERT_TRUE(comes_to_see(box, kListening));
  box.reset(reset::Recreate{});
  EXPECT_THAT(sockets(box), IsEmpty());
  EXPECT_NE(anchor_of(box), anchor);
  EXPECT_EQ(beside.inspect().state.status, ContainerStatus::Running) << "it is not ours to disturb";
}

TEST_F(StandingNetworkTest, AnAnchorThatOthersRemovedIsRaisedAnew) {
  TestContainer& box = start();
  const std::string anchor = anchor_of(box);
  ASSERT_TRUE(box.client().containers().remove(anchor));
  box.reset(reset::Recreate{});
  EXPECT_NE(anchor_of(box), anchor);
  EXPECT_THAT(box.address(kPort), HasSubstr(std::to_string(box.inspect().ports.at(0).host_port)));
  EXPECT_THAT(left_behind_here(), SizeIs(2));
}

TEST_F(StandingNetworkTest, AFixedHostPortStaysAndIsFreeAfterwards) {
  ContainerSpec spec = standing_spec();
  spec.ports = {Port{kPort, Protocol::Tcp, TestContainer{standing_spec()}.host_port(kPort)}};
  for (const Removal removal : {Removal::Inline, Removal::Background}) {
    spec.removal = removal;
    TestContainer& box = start(spec);
    EXPECT_EQ(box.host_port(kPort), spec.ports[0].host);
    box.reset(reset::Recreate{});
    EXPECT_EQ(box.host_port(kPort), spec.ports[0].host);
    ASSERT_TRUE(box.client().containers().remove(anchor_of(box)));
    box.reset(reset::Recreate{});
    EXPECT_EQ(box.host_port(kPort), spec.ports[0].host) << "though the anchor is another";
    box_.reset();
  }
  TestContainer& plain = start({.image = kBusybox, .command = {"sleep", "600"}, .ports = spec.ports});
  EXPECT_EQ(plain.host_port(kPort), spec.ports[0].host);
}

TEST_F(StandingNetworkTest, NetworksAndNamesStay) {
  const TestNetwork first;
  const TestNetwork second;
  const auto peer_in = [](const TestNetwork& network) {
    return TestContainer{{.image = kBusybox,
                          .command = {"sleep", "600"},
                          .networks = {{.network = network.name(), .aliases = {"peer-" + network.name()}}}}};
  };
  const TestContainer in_first = peer_in(first);
  const TestContainer in_second = peer_in(second);
  ContainerSpec spec = standing_spec();
  spec.networks = {{.network = first.name(), .aliases = {"db"}},
                   {.network = second.name(), .aliases = {"store"}}};
  spec.hostname = "the-host";
  spec.extra_hosts = {{"elsewhere", "10.11.12.13"}};
  TestContainer& box = start(spec);
  const View before = view_of(box);
  EXPECT_EQ(before.hostname, "the-host\n");
  for (int round = 0; round < 2; ++round) {
    for (const std::string& name : {std::string{"db"}, box.name()}) {
      EXPECT_THAT(in_first.exec({"ping", "-c", "1", name}), Succeeded()) << name << round;
    }
    EXPECT_THAT(in_second.exec({"ping", "-c", "1", "store"}), Succeeded()) << round;
    for (const TestNetwork* network : {&first, &second}) {
      EXPECT_THAT(box.exec({"ping", "-c", "1", "peer-" + network->name()}), Succeeded()) << round;
    }
    EXPECT_THAT(box.exec({"cat", "/etc/hosts"}).out, HasSubstr("10.11.12.13"));
    const std::string anchor = anchor_of(box);
    box.reset(reset::Recreate{});
    EXPECT_EQ(anchor_of(box), anchor) << "the engine's own name server is none of the last user's";
    EXPECT_EQ(view_of(box), before);
  }
  EXPECT_THAT(box.inspect().networks, SizeIs(2));
  box_.reset();  // before its networks
}

TEST_F(StandingNetworkTest, HostAccessStays) {
  ContainerSpec spec = standing_spec();
  spec.host_access = {.enabled = true, .env = {{"HOST_URL", "http://{host}:1/"}}};
  TestContainer& box = start(spec);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(box.sh("echo $HOST_URL"), Succeeded(StdoutIs("http://host.docker.internal:1/\n")));
    EXPECT_THAT(box.exec({"cat", "/etc/hosts"}).out, HasSubstr("host.docker.internal"));
    box.reset(reset::Recreate{});
  }
}

TEST_F(StandingNetworkTest, WithoutItTheContainerHasItsOwnNetwork) {
  ContainerSpec spec = standing_spec();
  spec.standing_network = false;
  EXPECT_EQ(anchor_of(start(spec)), "");
  EXPECT_THAT(left_behind_here(), SizeIs(1));
}

}  // namespace
}  // namespace drydock
