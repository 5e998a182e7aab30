// The anchors' image on a real engine: it comes when it is needed, whoever else brings it at the same time,
// and is never pulled.
#include "container/anchor_image.h"

#include <csignal>
#include <list>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "base/random.h"
#include "support/child_process.h"
#include "support/real_engine.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class AnchorImageTest : public ::testing::Test {
 protected:
  // Its containers are gone by then, but for those that the engine is removing.
  void remove_image() const {
    const Deadline deadline = Deadline::in(std::chrono::seconds{30});
    while (client_.images().find(anchor_reference())) {
      try {
        client_.images().remove(anchor_reference());
      } catch (const EngineError& error) {
        ASSERT_EQ(error.code(), ErrorCode::Conflict) << error.what();
      }
      ASSERT_FALSE(deadline.expired()) << "something uses the image";
    }
  }

  const Client client_ = Client::from_environment();
};

TEST_F(AnchorImageTest, ComesWithTheFirstContainerAndIsFoundByTheNext) {
  remove_image();
  const TestContainer first{standing_spec()};
  const std::string id = client_.images().inspect(anchor_reference()).id;
  const TestContainer second{standing_spec()};
  EXPECT_EQ(client_.images().inspect(anchor_reference()).id, id);
  EXPECT_EQ(client_.containers().inspect(anchor_of(second)).image_id, id);
}

TEST_F(AnchorImageTest, AnAnchorEndsWhenItIsAskedTo) {
  const TestContainer box{standing_spec()};
  const ContainerId anchor = anchor_of(box);
  client_.containers().stop(anchor, std::chrono::seconds{30});
  EXPECT_EQ(client_.containers().inspect(anchor).state.exit_code, 0);
}

TEST_F(AnchorImageTest, SeveralProcessesBringItAtOnce) {
  const std::string session = "anchors-" + random_hex(8);
  for (int round = 0; round < 3; ++round) {
    remove_image();
    std::list<ChildProcess> children;
    for (int i = 0; i < 4; ++i) {
      children.emplace_back(std::vector<std::string>{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/mortal",
                                                     "--gtest_filter=Mortal.HoldsAStandingNetwork"},
                            std::map<std::string, std::string>{{"DRYDOCK_SESSION", session}});
    }
    for (ChildProcess& child : children) {
      child.hear("owner ");
    }
    EXPECT_THAT(left_behind("drydock.session=" + session), SizeIs(8));
    const std::string id = client_.images().inspect(anchor_reference()).id;
    for (const EngineObject& object : find_objects(client_, ObjectKind::Container, "drydock.role=anchor")) {
      EXPECT_EQ(client_.containers().inspect(object.id).image_id, id);
    }
    for (ChildProcess& child : children) {
      child.kill(SIGKILL);
      child.wait_process();
    }
    EXPECT_TRUE(all_gone("drydock.session=" + session));
  }
  EXPECT_THAT(left_behind("drydock.session=" + session), IsEmpty());
}

}  // namespace
}  // namespace drydock
