#include "container/host_route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "container/host_mapping.h"
#include "container/local_addresses.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;

constexpr const char* kPodman43 = R"({"Version":"4.3.1","Components":[{"Name":"Podman Engine"}]})";
constexpr const char* kPodman5 = R"({"Version":"5.3.0","Components":[{"Name":"Podman Engine"}]})";
constexpr const char* kDocker = R"({"Version":"20.10.24","Components":[{"Name":"Engine"}]})";
constexpr const char* kRootless = R"({"SecurityOptions":["name=rootless"]})";

std::shared_ptr<ScriptedExchange> engine(const char* version, const char* info = "{}") {
  const auto exchange = std::make_shared<ScriptedExchange>();
  exchange->answer(200, version).answer(200, info);
  return exchange;
}

std::string network(const std::string& name, const std::string& pool) {
  return R"({"Id":"1","Name":")" + name + R"(","IPAM":{"Config":[)" + pool + "]}}";
}

std::string address(const std::shared_ptr<ScriptedExchange>& engine, const ContainerSpec& spec = {}) {
  return host_address(scripted_client(engine), spec, {});
}

TEST(HostRouteTest, DockerOnLinuxReplacesItsGatewayByItself) {
  EXPECT_EQ(address(engine(kDocker)), kHostGateway);
}

TEST(HostRouteTest, DockerDesktopAndNewPodmanKnowTheName) {
  EXPECT_EQ(address(engine(kDocker, R"({"OperatingSystem":"Docker Desktop"})")), "");
  EXPECT_EQ(address(engine(kPodman5)), "");
  EXPECT_EQ(address(engine(R"({"Version":"4.7.0","Components":[{"Name":"Podman Engine"}]})")), "");
}

TEST(HostRouteTest, OldPodmanIsGivenTheGatewayOfTheNetworkThatIsJoined) {
  const auto by_default = engine(kPodman43);
  by_default->answer(200, network("bridge", R"({"Subnet":"10.88.0.0/16","Gateway":"10.88.0.1"})"));
  EXPECT_EQ(address(by_default), "10.88.0.1");
  EXPECT_THAT(by_default->lines(),
              ElementsAre("GET /version", "GET /v1.41/info", "GET /v1.41/networks/bridge"));

  const auto joined = engine(kPodman43);
  joined->answer(200, network("backend", R"({"Gateway":"10.89.3.1"})"));
  EXPECT_EQ(address(joined, {.networks = {{.network = "backend"}, {.network = "other"}}}), "10.89.3.1");
  EXPECT_EQ(joined->lines().back(), "GET /v1.41/networks/backend");
}

TEST(HostRouteTest, FindsPodmansDefaultNetworkUnderItsOwnName) {
  const auto podman = engine(kPodman43);
  podman->answer(404).answer(200, network("podman", R"({"Gateway":"10.88.0.1"})"));
  EXPECT_EQ(address(podman), "10.88.0.1");
}

TEST(HostRouteTest, SaysThatANetworkWithoutAGatewayLeadsNowhere) {
  const auto podman = engine(kPodman43);
  podman->answer(200, network("bridge", ""));
  EXPECT_EQ(code_thrown_by([&] { (void)address(podman); }), ErrorCode::Unsupported);
}

TEST(HostRouteTest, ARootlessEngineReachesThisMachineAtItsOutwardAddress) {
  const std::optional<std::string> own = outward_address();
  if (!own) {
    // Without a route to anywhere there is no such address, and that is what is said.
    EXPECT_EQ(code_thrown_by([] { (void)address(engine(kDocker, kRootless)); }), ErrorCode::Unsupported);
    return;
  }
  EXPECT_EQ(address(engine(kDocker, kRootless)), *own);
  EXPECT_EQ(address(engine(kPodman43, R"({"Rootless":true})")), *own);
  for (const char* version : {kDocker, kPodman43, kPodman5}) {
    const ForwardRoute route = forward_route(scripted_client(engine(version, kRootless)), "", {});
    EXPECT_EQ(route.listen, *own);
    EXPECT_TRUE(route.only_from_here);
  }
}

TEST(HostRouteTest, ARootlessEngineElsewhereIsLeftToItself) {
  const auto rootless = engine(kDocker, kRootless);
  const Client elsewhere{rootless, Endpoint::parse("tcp://192.0.2.77:2375")};
  EXPECT_EQ(host_address(elsewhere, {}, {}), kHostGateway);
}

TEST(HostRouteTest, AForwarderListensOnTheBridgeAlone) {
  const auto docker = engine(kDocker);
  docker->answer(200, network("bridge", R"({"Subnet":"127.0.0.0/8","Gateway":"127.0.0.1"})"));
  const ForwardRoute route = forward_route(scripted_client(docker), "ignored", {});
  EXPECT_EQ(route.listen, "127.0.0.1");
  EXPECT_FALSE(route.may_come_later);

  const auto podman = engine(kPodman43);
  podman->answer(200, network("mine", R"({"Gateway":"10.89.5.1"})"));
  const ForwardRoute later = forward_route(scripted_client(podman), "mine", {});
  EXPECT_EQ(later.listen, "10.89.5.1");
  EXPECT_TRUE(later.may_come_later) << "Podman makes the bridge with its first container";
}

TEST(HostRouteTest, SaysThatTheBridgeIsInAnotherNamespace) {
  const auto docker = engine(kDocker);
  docker->answer(200, network("bridge", R"({"Subnet":"203.0.113.0/24","Gateway":"203.0.113.1"})"));
  EXPECT_EQ(code_thrown_by([&] { (void)forward_route(scripted_client(docker), "", {}); }),
            ErrorCode::Unsupported);
}

TEST(LocalAddressesTest, KnowsTheLoopback) {
  EXPECT_TRUE(is_own_address("127.0.0.1"));
  EXPECT_FALSE(is_own_address("203.0.113.9"));
  EXPECT_FALSE(is_own_address(""));
  EXPECT_EQ(own_address_in("127.0.0.0/8"), "127.0.0.1");
  EXPECT_EQ(own_address_in("127.0.0.1/32"), "127.0.0.1");
  EXPECT_EQ(own_address_in("203.0.113.0/24"), std::nullopt);
  for (const char* bad : {"", "127.0.0.0", "127.0.0.0/", "127.0.0.0/33", "127.0.0.0/8x", "fd00::/8", "x/8"}) {
    EXPECT_EQ(own_address_in(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace drydock
