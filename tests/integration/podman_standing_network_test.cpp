// A standing network on a real Podman, which this program starts for itself.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/test_container.h"
#include "drydock/gtest/matchers.h"

#include "container/anchor_image.h"
#include "support/podman_test.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

class PodmanStandingNetworkTest : public PodmanTest {
 protected:
  static ContainerSpec spec() { return in_podman(standing_spec()); }
};

TEST_F(PodmanStandingNetworkTest, StaysOverRecreate) {
  TestContainer box{spec(), client()};
  ASSERT_NE(anchor_of(box), "");
  const std::string anchor = anchor_of(box);
  const std::string address = box.address(kStandingPort);
  const ContainerId id = box.id();
  for (int round = 0; round < 2; ++round) {
    box.exec_detached({"nc", "-l", "-p", "7000"});
    box.reset(reset::Recreate{});
    EXPECT_EQ(anchor_of(box), anchor);
    EXPECT_EQ(box.address(kStandingPort), address);
    EXPECT_THAT(box.sh("cat /proc/net/tcp /proc/net/tcp6 | grep -v local_address"), StdoutIs(""));
  }
  EXPECT_NE(box.id(), id);
}

TEST_F(PodmanStandingNetworkTest, LeavesNothingButTheImage) {
  {
    ContainerSpec on_network = spec();
    on_network.networks = {{.network = PodmanEngine::other_network(), .aliases = {"db"}}};
    TestContainer box{on_network, client()};
    box.reset(reset::Recreate{});
    EXPECT_FALSE(box.inspect().networks.empty());
  }
  EXPECT_TRUE(client().containers().list({.all = true}).empty());
  EXPECT_TRUE(client().images().find(anchor_reference()));
}

}  // namespace
}  // namespace drydock
