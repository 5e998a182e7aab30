#include "container/owned_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/observability/log.h"

#include "container/registry.h"
#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Fault = FakeEngine::Fault;

class OwnedObjectTest : public ::testing::Test {
 protected:
  OwnedObjectTest() {
    log::set_sink([](log::Level, std::string_view) {});
  }
  ~OwnedObjectTest() override { log::set_sink(nullptr); }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  Client client_ = client_of(engine_);
};

TEST_F(OwnedObjectTest, NetworksLiveAsLongAsTheirGuard) {
  {
    const TestNetwork network{{}, client_};
    EXPECT_THAT(network.name(), StartsWith("drydock-"));
    ASSERT_TRUE(engine_->objects("networks").contains(network.id()));
    EXPECT_TRUE(engine_->objects("networks").at(network.id()).labels.contains("drydock.session"));
  }
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /networks/create", "DELETE /networks/ID"));
}

TEST_F(OwnedObjectTest, VolumesLiveAsLongAsTheirGuard) {
  {
    const TestVolume volume{{.name = "data", .labels = {{"team", "a"}}}, client_};
    EXPECT_EQ(engine_->objects("volumes").at("data").labels.at("team"), "a");
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(OwnedObjectTest, AVolumeThatStandsAlreadyIsNotTakenOver) {
  (void)client_.volumes().create({.name = "precious"});
  try {
    const TestVolume volume{{.name = "precious"}, client_};
    FAIL() << "no error";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
  EXPECT_TRUE(engine_->objects("volumes").contains("precious"));
}

TEST_F(OwnedObjectTest, LabelsOfOurOwnAreRefused) {
  EXPECT_THROW(static_cast<void>(TestNetwork({.labels = {{"drydock.session", "x"}}}, client_)),
               InvalidArgumentError);
  EXPECT_THROW(static_cast<void>(TestVolume({.labels = {{"drydock.nonce", "x"}}}, client_)),
               InvalidArgumentError);
  EXPECT_TRUE(engine_->lines().empty());
}

TEST_F(OwnedObjectTest, MovedFromGuardsSaySo) {
  TestNetwork network{{}, client_};
  const TestNetwork other = std::move(network);
  EXPECT_THROW((void)network.id(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
  TestVolume volume{{}, client_};
  const TestVolume another = std::move(volume);
  EXPECT_THROW((void)volume.name(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
}

TEST_F(OwnedObjectTest, RemoveThrowsWhileItIsInUse) {
  TestVolume volume{{}, client_};
  engine_->refuse("DELETE /volumes", 409, "volume is in use");
  EXPECT_THROW(volume.remove(), EngineError);
  EXPECT_TRUE(volume.remove());
  EXPECT_FALSE(volume.remove());
}

TEST_F(OwnedObjectTest, ANetworkDeclaredAfterItsContainerGoesAfterIt) {
  const auto container =
      own(ObjectKind::Container, client_, client_.containers().create({.name = "c1", .body = "{}"}).id, "c1");
  {
    const TestNetwork network{{}, client_};
    engine_->refuse("DELETE /networks", 403, "network has active endpoints");
  }
  EXPECT_EQ(engine_->objects("networks").size(), 1U);
  container->dispose();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(OwnedObjectTest, TheDrainGoesByKind) {
  const TestVolume volume{{.name = "data"}, client_};
  const TestNetwork network{{}, client_};
  const auto container =
      own(ObjectKind::Container, client_, client_.containers().create({.name = "c1", .body = "{}"}).id, "c1");
  engine_->clear_lines();
  Registry::of_this_process().drain();
  EXPECT_THAT(engine_->lines(), ElementsAre("DELETE /containers/ID?force=1&v=1", "DELETE /networks/ID",
                                            StartsWith("DELETE /volumes/data")));
}

TEST_F(OwnedObjectTest, LostAnswersAreLookedUpForNetworksAndVolumesToo) {
  engine_->fail("POST /networks/create", {.kind = Fault::Kind::LoseAnswer});
  engine_->fail("POST /volumes/create", {.kind = Fault::Kind::LoseAnswer});
  {
    const TestNetwork network{{}, client_};
    const TestVolume volume{{}, client_};
    EXPECT_EQ(engine_->count(), 2U);
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(OwnedObjectTest, FindRefusesAnEmptyFilter) {
  EXPECT_THROW((void)find_objects(client_, ObjectKind::Container, ""), InvalidArgumentError);
}

class LostCreateTest : public OwnedObjectTest {
 protected:
  std::string create(const LookupPace& pace) {
    return create_object(
        client_, ObjectKind::Container, "n1",
        [&] {
          return client_.containers()
              .create({.name = "c1", .body = R"({"Labels":{"drydock.nonce":"n1"}})"})
              .id;
        },
        pace);
  }
  static constexpr LookupPace kThrice{.attempts = 3, .pause = std::chrono::milliseconds{0}};
};

TEST_F(LostCreateTest, IsLookedForSeveralTimes) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::LostLate, .late_lookups = 2});
  const std::string id = create(kThrice);
  EXPECT_TRUE(engine_->objects("containers").contains(id));
}

TEST_F(LostCreateTest, ThatAppearsAfterTheLastLookIsRemovedByTheDrain) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::LostLate, .late_lookups = 3});
  EXPECT_THROW(create(kThrice), ConnectionError);
  EXPECT_EQ(engine_->count(), 0U);
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->lines().back(), "DELETE /containers/ID?force=1&v=1");
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(LostCreateTest, ALookUpThatFailsDoesNotHideTheLostAnswer) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::LoseAnswer, .message = "first"});
  engine_->refuse("GET /containers/json", 500, "second");
  try {
    create(kThrice);
    FAIL() << "no error";
  } catch (const ConnectionError& error) {
    EXPECT_THAT(error.what(), HasSubstr("first"));
  }
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->count(), 0U) << "the drain looked again";
}

}  // namespace
}  // namespace drydock
