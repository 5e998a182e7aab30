#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

// Docker 20.10, shortened.
constexpr const char* kNetwork = R"({
  "Name": "dk-n", "Id": "8f4b81b8b2fa643395397d3c990d9344864ba62093d3f7649938167caa317146",
  "Created": "2026-11-23T23:27:30.638524996Z", "Scope": "local", "Driver": "bridge", "Internal": true,
  "IPAM": {"Driver": "default", "Config": [{"Subnet": "172.19.0.0/16", "Gateway": "172.19.0.1"}]},
  "Containers": {"53499f201eb4": {"Name": "dk-a"}}, "Labels": {"a": "b"}})";
constexpr const char* kGone = R"({"message":"network x not found"})";

class NetworksTest : public testing::Test {
 protected:
  [[nodiscard]] Networks networks() const { return client_.networks(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(NetworksTest, CreatesWithoutASecondOfTheName) {
  engine_->answer(201, R"({"Id":"8f4b","Warning":""})").answer(201, R"({"Id":"8f4c"})");
  EXPECT_EQ(networks().create({.name = "n"}), "8f4b");
  EXPECT_EQ(networks().create({.name = "n",
                               .driver = "macvlan",
                               .internal = true,
                               .attachable = true,
                               .subnet = "10.0.0.0/24",
                               .labels = {{"k", "v"}}}),
            "8f4c");
  EXPECT_EQ(engine_->lines()[0], "POST /v1.41/networks/create");
  EXPECT_EQ(engine_->records()[0].request.body,
            R"({"Attachable":false,"CheckDuplicate":true,"Driver":"bridge","Internal":false,"Labels":{},)"
            R"("Name":"n"})");
  EXPECT_EQ(engine_->records()[1].request.body,
            R"({"Attachable":true,"CheckDuplicate":true,"Driver":"macvlan",)"
            R"("IPAM":{"Config":[{"Subnet":"10.0.0.0/24"}]},"Internal":true,"Labels":{"k":"v"},"Name":"n"})");
}

TEST_F(NetworksTest, RefusesAnEmptyNameAndAnAnswerWithoutAnId) {
  EXPECT_EQ(code_thrown_by([&] { networks().create({}); }), ErrorCode::InvalidArgument);
  engine_->answer(201, "{}");
  EXPECT_EQ(code_thrown_by([&] { networks().create({.name = "n"}); }), ErrorCode::Protocol);
}

TEST_F(NetworksTest, ReadsANetwork) {
  engine_->answer(200, kNetwork);
  const NetworkDetails network = networks().inspect("dk-n");
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /v1.41/networks/dk-n"});
  EXPECT_EQ(network.id, "8f4b81b8b2fa643395397d3c990d9344864ba62093d3f7649938167caa317146");
  EXPECT_EQ(network.name, "dk-n");
  EXPECT_EQ(network.driver, "bridge");
  EXPECT_EQ(network.scope, "local");
  EXPECT_EQ(network.created, "2026-11-23T23:27:30.638524996Z");
  EXPECT_TRUE(network.internal);
  EXPECT_EQ(network.subnet, "172.19.0.0/16");
  EXPECT_EQ(network.gateway, "172.19.0.1");
  EXPECT_EQ(network.containers, std::vector<ContainerId>{"53499f201eb4"});
  EXPECT_EQ(network.labels, (Labels{{"a", "b"}}));
}

TEST_F(NetworksTest, FindsByNameIdOrShortIdButNotByAnotherNetworksFirstDigits) {
  engine_->always(Method::Get, "/networks/", 200, kNetwork);
  EXPECT_TRUE(networks().find("dk-n"));
  EXPECT_TRUE(networks().find("8f4b81b8b2fa643395397d3c990d9344864ba62093d3f7649938167caa317146"));
  EXPECT_TRUE(networks().find("8f4b81b8b2fa"));
  EXPECT_FALSE(networks().find("8f"));
}

TEST_F(NetworksTest, FindsNothingWhereInspectThrows) {
  engine_->answer(404, kGone).answer(404, kGone);
  EXPECT_FALSE(networks().find("x"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(networks().inspect("x")); }), ErrorCode::NotFound);
}

TEST_F(NetworksTest, Lists) {
  engine_->answer(200, std::string{"["} + kNetwork + "]").answer(200, "[]");
  ASSERT_EQ(networks().list().size(), 1U);
  EXPECT_TRUE(networks().list({"k=v", "l"}).empty());
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{
                "GET /v1.41/networks",
                "GET /v1.41/networks?filters=%7B%22label%22%3A%5B%22k%3Dv%22%2C%22l%22%5D%7D"}));
}

TEST_F(NetworksTest, Removes) {
  engine_->answer(204)
      .answer(404, kGone)
      .answer(403, R"({"message":"error while removing network: network n id 8f4b has active endpoints"})");
  EXPECT_TRUE(networks().remove("n"));
  EXPECT_FALSE(networks().remove("n"));
  EXPECT_EQ(code_thrown_by([&] { networks().remove("n"); }), ErrorCode::Conflict);
  EXPECT_EQ(engine_->lines()[0], "DELETE /v1.41/networks/n");
}

TEST_F(NetworksTest, ConnectsAndDisconnects) {
  engine_->answer(200).answer(200).answer(200);
  networks().connect("n", "web", {.aliases = {"db", "cache"}, .ipv4 = "10.0.0.5"});
  networks().connect("n", "web");
  networks().disconnect("n", "web", true);
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{"POST /v1.41/networks/n/connect", "POST /v1.41/networks/n/connect",
                                      "POST /v1.41/networks/n/disconnect"}));
  EXPECT_EQ(engine_->records()[0].request.body,
            R"({"Container":"web","EndpointConfig":{"Aliases":["db","cache"],)"
            R"("IPAMConfig":{"IPv4Address":"10.0.0.5"}}})");
  EXPECT_EQ(engine_->records()[1].request.body, R"({"Container":"web","EndpointConfig":{"Aliases":[]}})");
  EXPECT_EQ(engine_->records()[2].request.body, R"({"Container":"web","Force":true})");
}

}  // namespace
}  // namespace drydock
