// Networks and volumes on a real engine.
#include <algorithm>

#include <gtest/gtest.h>

#include "support/engine_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::seconds;

class ClientNetworksTest : public EngineTest {
 protected:
  [[nodiscard]] Networks networks() const { return client().networks(); }
  std::string create_network(const std::string& name, const std::string& subnet = {}) {
    return track_network(networks().create({.name = name, .subnet = subnet, .labels = labels()}));
  }
};

TEST_F(ClientNetworksTest, LiveFromCreateToRemove) {
  const std::string name = unique_name();
  const std::string id = create_network(name, "10.213.77.0/24");
  const NetworkDetails network = networks().inspect(id);
  EXPECT_EQ(network.id, id);
  EXPECT_EQ(network.name, name);
  EXPECT_EQ(network.driver, "bridge");
  EXPECT_EQ(network.subnet, "10.213.77.0/24");
  EXPECT_FALSE(network.internal);
  EXPECT_EQ(network.labels, labels());
  EXPECT_EQ(networks().find(name)->id, id);
  EXPECT_FALSE(networks().find(name.substr(0, name.size() - 1)));
  EXPECT_TRUE(networks().remove(id));
  EXPECT_FALSE(networks().remove(id));
  EXPECT_FALSE(networks().find(name));
}

TEST_F(ClientNetworksTest, RefuseASecondOfTheName) {
  const std::string name = unique_name();
  create_network(name);
  EXPECT_EQ(code_thrown_by([&] { create_network(name); }), ErrorCode::Conflict);
}

TEST_F(ClientNetworksTest, RefuseASubnetThatIsTaken) {
  create_network(unique_name(), "10.213.78.0/24");
  EXPECT_EQ(code_thrown_by([&] { create_network(unique_name(), "10.213.78.0/24"); }), ErrorCode::Conflict);
}

TEST_F(ClientNetworksTest, AreListedByLabel) {
  const std::string id = create_network(unique_name());
  const std::string label = "drydock.test-suite=" + labels().at("drydock.test-suite");
  const std::vector<NetworkDetails> listed = networks().list({label});
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, id);
  EXPECT_GT(networks().list().size(), 1U);
}

TEST_F(ClientNetworksTest, ConnectContainersUnderAliases) {
  if (is_podman()) {
    GTEST_SKIP()
        << "Podman names networks instead of giving their ids, and removes them with containers attached";
  }
  const std::string name = unique_name();
  const std::string id = create_network(name, "10.213.79.0/24");
  const ContainerId container = run({"sleep", "100"}, R"({"HostConfig":{"NetworkMode":null}})");
  networks().connect(id, container, {.aliases = {"db"}, .ipv4 = "10.213.79.5"});
  EXPECT_EQ(networks().inspect(id).containers, std::vector<ContainerId>{container});
  bool found = false;
  for (const NetworkAttachment& attachment : client().containers().inspect(container).networks) {
    if (attachment.network == name) {
      found = true;
      EXPECT_EQ(attachment.network_id, id);
      EXPECT_EQ(attachment.ip_address, "10.213.79.5");
      EXPECT_EQ(std::count(attachment.aliases.begin(), attachment.aliases.end(), "db"), 1);
    }
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(code_thrown_by([&] { networks().remove(id); }), ErrorCode::Conflict);
  networks().disconnect(id, container);
  EXPECT_TRUE(networks().inspect(id).containers.empty());
  EXPECT_TRUE(networks().remove(id));
}

class ClientVolumesTest : public EngineTest {
 protected:
  [[nodiscard]] Volumes volumes() const { return client().volumes(); }
};

TEST_F(ClientVolumesTest, LiveFromCreateToRemove) {
  const std::string name = unique_name();
  const VolumeDetails volume = volumes().create({.name = name, .labels = labels()});
  track_volume(name);
  EXPECT_EQ(volume.name, name);
  EXPECT_EQ(volume.driver, "local");
  EXPECT_EQ(volumes().inspect(name).labels, labels());
  EXPECT_EQ(volumes().inspect(name).mountpoint, volume.mountpoint);
  const std::string label = "drydock.test-suite=" + labels().at("drydock.test-suite");
  ASSERT_EQ(volumes().list({label}).size(), 1U);
  EXPECT_EQ(volumes().list({label})[0].name, name);
  EXPECT_TRUE(volumes().remove(name));
  EXPECT_FALSE(volumes().remove(name));
  EXPECT_FALSE(volumes().find(name));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(volumes().inspect(name)); }), ErrorCode::NotFound);
}

TEST_F(ClientVolumesTest, AreNamedByTheEngineWhenTheTestDoesNot) {
  const VolumeDetails volume = volumes().create({.labels = labels()});
  track_volume(volume.name);
  EXPECT_FALSE(volume.name.empty());
  EXPECT_TRUE(volumes().find(volume.name));
}

TEST_F(ClientVolumesTest, AreNotRemovedWhileAContainerUsesThem) {
  const std::string name = track_volume(volumes().create({.name = unique_name(), .labels = labels()}).name);
  const ContainerId user = create({"true"}, R"({"HostConfig":{"Mounts":[{"Type":"volume","Source":")" + name +
                                                R"(","Target":"/data"}]}})");
  EXPECT_EQ(code_thrown_by([&] { volumes().remove(name); }), ErrorCode::Conflict);
  client().containers().remove(user);
  EXPECT_TRUE(volumes().remove(name));
}

}  // namespace
}  // namespace drydock
