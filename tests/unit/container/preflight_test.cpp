#include "container/preflight.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"
#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kDigest = "sha256:" + std::string(64, '1');

class PreflightTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<ImageOutcome> pull(std::vector<std::string> images,
                                               const PreflightOptions& options = {},
                                               const ImageLock& lock = {}) const {
    return pull_ahead(client_of(engine_), std::move(images), lock, options);
  }
  [[nodiscard]] std::ptrdiff_t pulls() const {
    const std::vector<std::string> lines = engine_->lines();
    return std::count(lines.begin(), lines.end(), "POST /images/create");
  }
  static ImageLock locked(const std::string& image) {
    ImageLock lock;
    lock.pin(image, kDigest);
    return lock;
  }

  const std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
};

auto has(const char* image, ImageStatus status) {
  return AllOf(Field("image", &ImageOutcome::image, image), Field("status", &ImageOutcome::status, status));
}

TEST_F(PreflightTest, WhatIsThereIsNotPulled) {
  EXPECT_THAT(pull({"redis:7"}), ElementsAre(has("redis:7", ImageStatus::Present)));
  EXPECT_EQ(pulls(), 0);
}

TEST_F(PreflightTest, EachImageIsLookedAtOnce) {
  engine_->has_image = false;
  EXPECT_THAT(pull({"redis:7", "redis:7"}), ElementsAre(has("redis:7", ImageStatus::Pulled)));
  EXPECT_EQ(pulls(), 1);
}

TEST_F(PreflightTest, AFailureIsToldAndTheOthersArePulled) {
  engine_->has_image = false;
  engine_->refuse("POST /images/create", 404, "manifest unknown");
  const std::vector<ImageOutcome> outcomes = pull({"a:1", "Not An Image", "b:1"}, {.jobs = 1});
  EXPECT_THAT(outcomes, ElementsAre(has("a:1", ImageStatus::Failed), has("Not An Image", ImageStatus::Failed),
                                    has("b:1", ImageStatus::Pulled)));
  EXPECT_THAT(outcomes[0].problem, HasSubstr("manifest unknown"));
  EXPECT_THAT(outcomes[1].problem, HasSubstr("image reference"));
}

TEST_F(PreflightTest, TheLockNamesWhatIsAskedForAndHoldsWhatIsTaken) {
  const EnvironmentVariable prefix{"DRYDOCK_IMAGE_PREFIX", "mirror.example/"};
  engine_->image_digests = {"mirror.example/redis@" + kDigest};
  const std::vector<ImageOutcome> outcomes = pull({"redis:7"}, {.require_digests = true}, locked("redis:7"));
  EXPECT_THAT(outcomes, ElementsAre(AllOf(has("redis:7", ImageStatus::Present),
                                          Field("used", &ImageOutcome::used, "mirror.example/redis:7"),
                                          Field("digest", &ImageOutcome::digest, kDigest))));
  EXPECT_THAT(pull({"redis:7"}, {.require_digests = true}, locked("mirror.example/redis:7")),
              ElementsAre(has("redis:7", ImageStatus::Failed)))
      << "the lock knows it by its own name";
}

TEST_F(PreflightTest, AnImageOfTheLocksDigestIsTakenAsItIs) {
  engine_->image_digests = {"redis@" + kDigest};
  const std::vector<ImageOutcome> outcomes = pull({"redis:7"}, {.require_digests = true}, locked("redis:7"));
  EXPECT_THAT(outcomes, ElementsAre(has("redis:7", ImageStatus::Present)));
  EXPECT_EQ(outcomes[0].digest, kDigest);
}

TEST_F(PreflightTest, AnImageOfAnotherDigestIsTaggedAnew) {
  engine_->image_id = "sha256:" + std::string(64, 'f');
  engine_->image_digests = {"redis@sha256:" + std::string(64, '2')};
  EXPECT_THAT(pull({"redis:7"}, {}, locked("redis:7")), ElementsAre(has("redis:7", ImageStatus::Pinned)));
  EXPECT_THAT(engine_->lines(), Contains(HasSubstr("/tag")));
}

TEST_F(PreflightTest, WithoutAPinAnImageFailsWhereDigestsAreRequired) {
  const std::string exact = "redis@" + kDigest;
  EXPECT_THAT(pull({"other:1", exact}, {.require_digests = true}, locked("redis:7")),
              ElementsAre(has("other:1", ImageStatus::Failed), has(exact.c_str(), ImageStatus::Present)));
}

TEST_F(PreflightTest, AnUpdateAsksTheRegistryAndWantsADigest) {
  engine_->image_digests = {"redis@" + kDigest};
  const std::vector<ImageOutcome> outcomes = pull({"redis:7"}, {.update = true}, locked("redis:7"));
  EXPECT_THAT(outcomes, ElementsAre(has("redis:7", ImageStatus::Pulled)));
  EXPECT_EQ(outcomes[0].digest, kDigest);
  EXPECT_EQ(pulls(), 1);
  engine_->image_digests.clear();
  EXPECT_THAT(pull({"redis:7"}, {.update = true}), ElementsAre(has("redis:7", ImageStatus::Failed)));
}

TEST_F(PreflightTest, SaysWhatItDoes) {
  engine_->has_image = false;
  std::vector<std::string> said;
  const PreflightOptions options{.on_progress = [&said](const std::string& image, const std::string& line) {
    said.push_back(image + ": " + line);
  }};
  static_cast<void>(pull({"redis:7"}, options));
  EXPECT_THAT(said, ElementsAre("redis:7: pulling redis:7", "redis:7: pulled"));
}

TEST_F(PreflightTest, PullsAreSideBySideWithABound) {
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  int most = 0;
  engine_->on_request = [&](const std::string& line) {
    if (line == "POST /images/create") {
      std::unique_lock lock{mutex};
      most = std::max(most, ++running);
      changed.notify_all();
      // The first waits for the second; a third never comes while these run.
      changed.wait_for(lock, std::chrono::seconds{20}, [&] { return most >= 2; });
      --running;
    }
  };
  // "--update" pulls what is there, too.
  static_cast<void>(pull({"a:1", "b:1", "c:1", "d:1", "e:1"}, {.jobs = 2, .update = true}));
  EXPECT_EQ(most, 2);
  EXPECT_EQ(pulls(), 5);
}

}  // namespace
}  // namespace drydock
