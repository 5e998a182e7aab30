#include "container/image_map.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Returns what a map makes of an image; "" where no line matches.
std::string mapped(const std::string& map, const std::string& image) {
  const auto hit = ImageMap::parse(map, "m").find(image);
  return hit ? hit->image : "";
}

TEST(ImageMapTest, AWholeReferenceMatchesItselfAlone) {
  const std::string map = "postgres:17 mirror/pg:17-ours";
  EXPECT_EQ(mapped(map, "postgres:17"), "mirror/pg:17-ours");
  EXPECT_EQ(mapped(map, "docker.io/library/postgres:17"), "mirror/pg:17-ours");
  for (const char* const other :
       {"postgres:17.1", "postgres", "postgres:16", "team/postgres:17", "quay.io/postgres:17"}) {
    EXPECT_EQ(mapped(map, other), "") << other;
  }
}

TEST(ImageMapTest, WithoutATagItIsLatestOnly) {
  EXPECT_EQ(mapped("redis r:1", "redis"), "r:1");
  EXPECT_EQ(mapped("redis r:1", "redis:latest"), "r:1");
  EXPECT_EQ(mapped("redis r:1", "redis:7"), "");
  EXPECT_EQ(mapped("redis r:1", "redis@sha256:" + std::string(64, 'a')), "");
  EXPECT_EQ(mapped("docker.io/library/redis:latest r:1", "redis"), "r:1");
}

TEST(ImageMapTest, AStarStandsForTheRest) {
  EXPECT_EQ(mapped("postgres:* m.example/pg:*", "postgres:17"), "m.example/pg:17");
  EXPECT_EQ(mapped("postgres:* m.example/pg:*", "postgres"), "m.example/pg:latest");
  EXPECT_EQ(mapped("postgres:* m.example/pg:1", "postgres:17"), "m.example/pg:1");
  EXPECT_EQ(mapped("* m.example/*", "quay.io/team/app:2"), "m.example/quay.io/team/app:2");
  EXPECT_EQ(mapped("quay.io/* m.example/quay/*", "quay.io/team/app:2"), "m.example/quay/team/app:2");
  const std::string digest = "@sha256:" + std::string(64, 'a');
  EXPECT_EQ(mapped("postgres* m.example/pg*", "postgres:17" + digest), "m.example/pg:17" + digest);
}

TEST(ImageMapTest, AStarBehindTheHostOfDockerHubIsForItsImagesOnly) {
  EXPECT_EQ(mapped("docker.io/* m.example/*", "postgres:17"), "m.example/postgres:17");
  EXPECT_EQ(mapped("docker.io/* m.example/*", "team/app:2"), "m.example/team/app:2");
  EXPECT_EQ(mapped("docker.io/* m.example/*", "quay.io/team/app:2"), "");
  EXPECT_EQ(mapped("library/* m.example/*", "postgres:17"), "m.example/postgres:17");
  EXPECT_EQ(mapped("library/* m.example/*", "team/app:2"), "");
  EXPECT_EQ(mapped("library/* m.example/*", "quay.io/app:2"), "");
  EXPECT_EQ(mapped("docker.io/library/postgres:* pg:*", "postgres:17"), "pg:17");
}

TEST(ImageMapTest, TheFirstMatchWinsAndIsToldByItsLine) {
  const ImageMap map =
      ImageMap::parse("# ours\n\n  redis:7\t r:seven  # the patched one\nredis:* r:any\r\n* x/*\n", "m");
  EXPECT_EQ(map.size(), 3U);
  EXPECT_EQ(map.find("redis:7")->image, "r:seven");
  EXPECT_EQ(map.find("redis:7")->line, 3U);
  EXPECT_EQ(map.find("redis:6")->image, "r:any");
  EXPECT_EQ(map.find("busybox")->image, "x/busybox:latest");
}

TEST(ImageMapTest, ABadLineIsNamedWithFileNumberAndText) {
  const auto error =
      thrown_by<InvalidArgumentError>([] { (void)ImageMap::parse("a b\nredis:7\n", "my.map"); });
  EXPECT_THAT(error->what(), AllOf(HasSubstr("my.map:2: 'redis:7'"), HasSubstr("PATTERN REPLACEMENT")));
  for (const char* const bad : {"a b c", "a*b c", "a* b*c", "a b*", "Postgres:* b", "a B", "a: b", "a* c/B/*",
                                "http://m/* x/*", "a ''"}) {
    const auto refused = thrown_by<InvalidArgumentError>([&] { (void)ImageMap::parse(bad, "my.map"); });
    EXPECT_THAT(refused->what(), HasSubstr("my.map:1: '" + std::string{bad} + "'"));
  }
}

TEST(ImageMapTest, AFileIsReadAgainOnceItHasChanged) {
  const ScratchDirectory folder;
  const std::string path = (folder.path() / "images.map").string();
  std::ofstream{path} << "redis:7 a:1\n";
  const auto first = image_map_in(path);
  EXPECT_EQ(image_map_in(path), first) << "it was read again";
  std::ofstream{path} << "redis:7 longer:1\n";
  EXPECT_EQ(image_map_in(path)->find("redis:7")->image, "longer:1");
  EXPECT_EQ(first->find("redis:7")->image, "a:1");
  std::ofstream{path} << "broken\n";
  EXPECT_THROW((void)image_map_in(path), InvalidArgumentError);
  EXPECT_THROW((void)image_map_in(path), InvalidArgumentError) << "the error is not forgotten";
}

TEST(ImageMapTest, AFileThatCannotBeReadIsNamed) {
  const ScratchDirectory folder;
  const std::string missing = (folder.path() / "none.map").string();
  for (const std::string& path : {missing, folder.path().string()}) {
    const auto error = thrown_by<InvalidArgumentError>([&] { (void)image_map_in(path); });
    EXPECT_THAT(error->what(), HasSubstr("DRYDOCK_IMAGE_MAP is '" + path + "'"));
  }
}

}  // namespace
}  // namespace drydock
