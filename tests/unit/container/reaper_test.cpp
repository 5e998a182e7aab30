#include "container/reaper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/fake_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kOwner = "host:boot:1:2:3";
constexpr ReapPace kQuick{.pause = std::chrono::milliseconds{0}, .retry = std::chrono::milliseconds{1}};

class ReaperTest : public ::testing::Test {
 protected:
  std::string put(const std::string& kind, const std::string& name, const std::string& owner = kOwner) {
    return engine_->put(kind, {name, {{"drydock.session", "s"}, {"drydock.owner", owner}}});
  }

  ReapResult reap_quickly(ReapPace pace = kQuick) {
    return reap(client_of(engine_), kOwner, pace, [this](const std::string& line) { told_.push_back(line); });
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  std::vector<std::string> told_{};
};

TEST_F(ReaperTest, RemovesWhatTheOwnerLeftAndNothingElse) {
  for (const char* kind : {"images", "volumes", "networks", "containers"}) {
    put(kind, std::string{"mine-"} + kind);
    put(kind, std::string{"others-"} + kind, "host:boot:1:2:4");
  }
  const ReapResult result = reap_quickly();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.removed, 4U);
  for (const char* kind : {"images", "volumes", "networks", "containers"}) {
    const auto left = engine_->objects(kind);
    ASSERT_EQ(left.size(), 1U) << kind;
    EXPECT_EQ(left.begin()->second.name, std::string{"others-"} + kind);
  }
  EXPECT_THAT(told_, Contains(HasSubstr("mine-containers")));
}

TEST_F(ReaperTest, RemovesContainersBeforeWhatTheyUse) {
  put("volumes", "v");
  put("networks", "n");
  put("containers", "c");
  reap_quickly();
  std::vector<std::string> removals;
  for (const std::string& line : engine_->lines()) {
    if (line.starts_with("DELETE")) {
      removals.push_back(line.substr(0, line.find('/', std::string_view{"DELETE /"}.size())));
    }
  }
  EXPECT_THAT(removals, ::testing::ElementsAre("DELETE /containers", "DELETE /networks", "DELETE /volumes"));
}

TEST_F(ReaperTest, WaitsForWhatAppearsLate) {
  int lists = 0;
  engine_->on_request = [&](const std::string& line) {
    if (line == "GET /containers/json" && ++lists == 3) {
      put("containers", "late");
    }
  };
  EXPECT_EQ(reap_quickly().removed, 1U);
  EXPECT_EQ(lists, 3 + 3) << "three quiet passes after it";
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(ReaperTest, LeavesWhatIsKept) {
  put("containers", "drydock-kept-1-ab");
  EXPECT_TRUE(reap_quickly().finished);
  EXPECT_EQ(engine_->count(), 1U);
}

TEST_F(ReaperTest, TriesAgainWhatFailed) {
  put("networks", "n");
  engine_->refuse("DELETE /networks", 403, "network has active endpoints");
  const ReapResult result = reap_quickly();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.removed, 1U);
  EXPECT_THAT(told_, Contains(HasSubstr("not removed: network")));
}

TEST_F(ReaperTest, WaitsForAnEngineThatIsAway) {
  put("containers", "c");
  for (int i = 0; i < 5; ++i) {
    engine_->fail("GET /containers/json", {.kind = FakeEngine::Fault::Kind::NotSent});
  }
  EXPECT_TRUE(reap_quickly().finished);
  EXPECT_EQ(engine_->count(), 0U);
  EXPECT_THAT(told_, Contains(HasSubstr("does not answer")));
}

TEST_F(ReaperTest, GivesUpAtItsLimitAndSaysWhy) {
  put("containers", "c");
  engine_->on_request = [&](const std::string& line) {
    if (line.starts_with("DELETE")) {
      engine_->refuse("DELETE", 500, "driver failed to remove root filesystem");
    }
  };
  ReapPace pace = kQuick;
  pace.limit = std::chrono::seconds{0};
  const ReapResult result = reap_quickly(pace);
  EXPECT_FALSE(result.finished);
  EXPECT_THAT(result.problem, HasSubstr("driver failed"));
}

TEST_F(ReaperTest, AnEmptyOwnerIsRefused) {
  EXPECT_EQ(code_thrown_by([&] { (void)reap(client_of(engine_), "", kQuick, [](const std::string&) {}); }),
            ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

}  // namespace
}  // namespace drydock
