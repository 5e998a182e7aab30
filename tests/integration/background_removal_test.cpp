// Removal behind the test's back, at a real engine: nothing stays, and what is named or numbered can be used
// again at once.
#include "drydock/container/background_removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"

#include "base/random.h"
#include "support/real_engine.h"
#include "support/subprocess.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;

ContainerSpec background_spec() {
  ContainerSpec spec = idle_spec();
  spec.removal = Removal::Background;
  return spec;
}

class BackgroundRemovalTest : public ::testing::Test {
 protected:
  // Nothing is left behind once all is drained.
  ~BackgroundRemovalTest() override {
    EXPECT_TRUE(drain_background_removals(Deadline::in(std::chrono::minutes{2})));
    EXPECT_THAT(left_behind_here(), IsEmpty());
  }
};

TEST_F(BackgroundRemovalTest, ManyGuardsDieAtOnce) {
  std::vector<TestContainer> many;
  for (int i = 0; i < 8; ++i) {
    many.emplace_back(background_spec());
  }
}

TEST_F(BackgroundRemovalTest, AnExplicitNameIsUsedAgainAtOnce) {
  ContainerSpec spec = background_spec();
  spec.name = "drydock-background-" + random_hex(6);
  ContainerId before;
  for (int i = 0; i < 5; ++i) {
    const TestContainer container{spec};
    EXPECT_NE(container.id(), before);
    before = container.id();
  }
}

TEST_F(BackgroundRemovalTest, AFixedHostPortIsUsedAgainAtOnce) {
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.ports = {8080};
  std::uint16_t free_port = 0;
  {
    const TestContainer container{spec};
    free_port = container.host_port(8080);
  }
  spec.ports = {{8080, Protocol::Tcp, free_port}};
  spec.removal = Removal::Background;
  for (int i = 0; i < 3; ++i) {
    const TestContainer container{spec};
    EXPECT_EQ(container.host_port(8080), free_port);
  }
}

TEST_F(BackgroundRemovalTest, NetworksAndVolumesGoAfterTheirContainers) {
  const TestNetwork network;
  const TestVolume volume;
  ContainerSpec spec = background_spec();
  spec.network_mode = "";
  spec.networks = {{.network = network.name()}};
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  const TestContainer container{spec};
}

TEST(BackgroundRemovalEndingTest, TheProgramsEndRemovesWhatIsStillQueued) {
  for (const char* ending : {"returns", "exits"}) {
    const std::string session = "background-" + random_hex(8);
    const SubprocessResult result =
        run_subprocess({std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/background_removal", ending},
                       {{"DRYDOCK_SESSION", session}});
    EXPECT_EQ(result.exit_code, 3) << result.output;
    EXPECT_THAT(left_behind("drydock.session=" + session), IsEmpty()) << result.output;
  }
}

}  // namespace
}  // namespace drydock
