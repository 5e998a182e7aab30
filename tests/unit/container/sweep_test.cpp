#include "drydock/container/sweep.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "container/owner.h"
#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SweepTest : public ::testing::Test {
 protected:
  SweepTest() { dead_.start_time -= 1; }

  std::string put(const std::string& kind, const std::string& name, const Owner& owner, Labels more = {}) {
    Labels labels{
        {"drydock.session", "s1"}, {"drydock.owner", owner.to_text()}, {"drydock.test", "Cache.Works"}};
    labels.insert(more.begin(), more.end());
    return engine_->put(kind, {name, std::move(labels)});
  }

  std::vector<std::string> standing() {
    std::vector<std::string> names;
    for (const char* kind : {"containers", "networks", "volumes", "images"}) {
      for (const auto& [id, object] : engine_->objects(kind)) {
        names.push_back(object.name);
      }
    }
    return names;
  }

  SweepReport swept(const SweepOptions& options = {}) { return sweep(client_of(engine_), options); }

  Owner alive_ = Owner::of_this_process();
  Owner dead_ = Owner::of_this_process();
  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
};

TEST_F(SweepTest, RemovesTheDeadsAndOnlyTheDeads) {
  for (const char* kind : {"containers", "networks", "volumes", "images"}) {
    put(kind, std::string{"dead-"} + kind, dead_);
    put(kind, std::string{"alive-"} + kind, alive_);
    engine_->put(kind, {std::string{"foreign-"} + kind, {{"org.testcontainers", "true"}}});
  }
  const SweepReport report = swept();
  EXPECT_EQ(report.objects.size(), 4U);
  EXPECT_EQ(report.alive, 4U);
  EXPECT_EQ(report.failed(), 0U);
  EXPECT_THAT(standing(), UnorderedElementsAre("alive-containers", "alive-networks", "alive-volumes",
                                               "alive-images", "foreign-containers", "foreign-networks",
                                               "foreign-volumes", "foreign-images"));
}

TEST_F(SweepTest, SaysWhatItRemoved) {
  put("containers", "web", dead_);
  const SweptObject object = swept().objects.at(0);
  EXPECT_EQ(object.kind, "container");
  EXPECT_EQ(object.name, "web");
  EXPECT_EQ(object.session, "s1");
  EXPECT_EQ(object.test, "Cache.Works");
  EXPECT_EQ(object.owner, dead_.to_text());
  EXPECT_EQ(object.reason, "dead");
  EXPECT_TRUE(object.removed);
}

TEST_F(SweepTest, ADryRunRemovesNothing) {
  put("containers", "web", dead_);
  const SweepReport report = swept({.dry_run = true});
  ASSERT_EQ(report.objects.size(), 1U);
  EXPECT_FALSE(report.objects[0].removed);
  EXPECT_THAT(standing(), ElementsAre("web"));
}

TEST_F(SweepTest, AFailureDoesNotKeepTheOthers) {
  put("containers", "a", dead_);
  put("containers", "b", dead_);
  engine_->refuse("DELETE /containers", 500, "injected");
  const SweepReport report = swept();
  EXPECT_EQ(report.failed(), 1U);
  EXPECT_EQ(engine_->count(), 1U);
}

TEST_F(SweepTest, WhatIsKeptGoesOnlyWhenAskedForAndWhenItsOwnerHasGone) {
  put("containers", "drydock-kept-1-ab", dead_);
  put("containers", "by-label", dead_, {{"drydock.keep", "spec"}});
  put("containers", "of-the-living", alive_, {{"drydock.keep", "spec"}});
  const SweepReport first = swept();
  EXPECT_THAT(first.objects, IsEmpty());
  EXPECT_EQ(first.kept, 3U);
  swept({.kept = true});
  EXPECT_THAT(standing(), ElementsAre("of-the-living"));
}

TEST_F(SweepTest, WhatIsKeptElsewhereStaysUntilItsTimeIsOver) {
  Owner elsewhere = alive_;
  elsewhere.host = "other/0badcafe";
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  const auto made = [&](std::chrono::seconds ago) {
    return Labels{{"drydock.keep", "spec"},
                  {"drydock.created", std::to_string((now - ago).count())},
                  {"drydock.ttl", "3600"}};
  };
  put("containers", "young", elsewhere, made(std::chrono::seconds{60}));
  put("containers", "old", elsewhere, made(std::chrono::hours{2}));
  swept({.kept = true});
  EXPECT_THAT(standing(), ElementsAre("young"));
}

TEST_F(SweepTest, ASessionsSweepLeavesOthersAlone) {
  put("containers", "mine", dead_);
  engine_->put("containers", {"others", {{"drydock.session", "s2"}, {"drydock.owner", dead_.to_text()}}});
  swept({.session = "s1"});
  EXPECT_THAT(standing(), ElementsAre("others"));
}

TEST_F(SweepTest, ImagesAreLeftOutWhenAskedTo) {
  put("images", "seeded", dead_);
  EXPECT_THAT(swept({.images = false}).objects, IsEmpty());
  EXPECT_THAT(engine_->lines(), ElementsAre("GET /containers/json", "GET /networks", "GET /volumes"));
}

}  // namespace
}  // namespace drydock
