#include "drydock/gtest/container_test.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ContainerTestTest : public ContainerTest {
 protected:
  ContainerTestTest() : ContainerTestTest(std::make_shared<FakeEngine>()) {}
  explicit ContainerTestTest(const std::shared_ptr<FakeEngine>& engine)
      : ContainerTest(client_of(engine)), engine_(engine) {}

  // Returns the removals so far, in their order.
  [[nodiscard]] std::vector<std::string> removals() const {
    std::vector<std::string> found;
    for (const std::string& line : engine_->lines()) {
      if (line.rfind("DELETE", 0) == 0) {
        found.push_back(line);
      }
    }
    return found;
  }

  std::shared_ptr<FakeEngine> engine_;
};

TEST_F(ContainerTestTest, UsesTheClientItIsGiven) {
  start({.image = "cache:1"});
  EXPECT_EQ(engine_->objects("containers").size(), 1U);
}

TEST_F(ContainerTestTest, ReferencesStayGoodWhileMoreIsStarted) {
  const TestContainer& first = start({.image = "cache:1"});
  const ContainerId id = first.id();
  for (int i = 0; i < 20; ++i) {
    start({.image = "cache:1"});
  }
  EXPECT_EQ(first.id(), id);
}

TEST_F(ContainerTestTest, TearDownRemovesContainersThenNetworksThenVolumes) {
  start({.image = "cache:1"});
  volume();
  network();
  start({.image = "cache:2"});
  TearDown();
  EXPECT_THAT(removals(), ElementsAre(StartsWith("DELETE /containers/"), StartsWith("DELETE /containers/"),
                                      StartsWith("DELETE /networks/"), StartsWith("DELETE /volumes/")));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ContainerTestTest, TearDownRemovesTheNewestFirst) {
  const ContainerId oldest = start({.image = "cache:1"}).id();
  start({.image = "cache:2"});
  std::size_t left_at_first_removal = 0;
  engine_->on_request = [&](const std::string& line) {
    if (line.rfind("DELETE", 0) == 0 && left_at_first_removal == 0) {
      left_at_first_removal = engine_->objects("containers").count(oldest);
    }
  };
  TearDown();
  EXPECT_EQ(left_at_first_removal, 1U);
  engine_->on_request = nullptr;
}

TEST_F(ContainerTestTest, SecondTearDownFindsNothing) {
  start({.image = "cache:1"});
  TearDown();
  engine_->clear_lines();
  TearDown();
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(ContainerTestTest, StartThatFailsLeavesNothing) {
  engine_->refuse("POST /containers/ID/start", 500, "no");
  EXPECT_THROW(start({.image = "cache:1"}), EngineError);
  EXPECT_EQ(engine_->count(), 0U);
}

}  // namespace
}  // namespace drydock
