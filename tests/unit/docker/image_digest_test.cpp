#include "docker/image_digest.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');
const std::string kOther = "sha256:" + std::string(64, 'b');

ImageDetails image(std::vector<std::string> digests) {
  return {.id = "sha256:" + std::string(64, 'f'), .digests = std::move(digests)};
}

std::string digest_of(std::vector<std::string> digests, const char* reference) {
  return digest_at_repository(image(std::move(digests)), ImageReference::parse(reference));
}

TEST(ImageDigestTest, IsThatOfTheReferencesOwnRepository) {
  EXPECT_EQ(digest_of({"mirror.example/redis@" + kOther, "redis@" + kDigest}, "redis:7"), kDigest);
  EXPECT_EQ(digest_of({"mirror.example/redis@" + kOther}, "redis:7"), "");
  EXPECT_EQ(digest_of({}, "redis:7"), "");
  EXPECT_EQ(digest_of({"<none>@<none>"}, "redis:7"), "");
}

TEST(ImageDigestTest, KnowsTheLongAndTheShortNamesOfDockerHub) {
  for (const char* reference : {"redis:7", "library/redis:7", "docker.io/library/redis:7"}) {
    EXPECT_EQ(digest_of({"redis@" + kDigest}, reference), kDigest) << reference;
    EXPECT_EQ(digest_of({"docker.io/library/redis@" + kDigest}, reference), kDigest) << reference;
  }
  EXPECT_EQ(digest_of({"docker.io/team/redis@" + kDigest}, "redis:7"), "");
}

TEST(ExactNameTest, IsTheDigestElseTheId) {
  EXPECT_EQ(exact_name(image({"redis@" + kDigest}), "redis:7"), "redis@" + kDigest);
  EXPECT_EQ(exact_name(image({"mirror.example/redis@" + kOther}), "redis:7"),
            "mirror.example/redis@" + kOther);
  EXPECT_EQ(exact_name(image({}), "redis:7"), image({}).id);
  EXPECT_EQ(exact_name(image({"<none>@<none>"}), "redis:7"), image({}).id);
  EXPECT_EQ(exact_name(image({"redis@" + kDigest}), std::string(64, '1')), image({}).id);
}

}  // namespace
}  // namespace drydock
