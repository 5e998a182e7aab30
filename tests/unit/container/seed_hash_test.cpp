#include "container/seed_hash.h"

#include <set>

#include <gtest/gtest.h>

namespace drydock {
namespace {

SeedSpec seed() {
  return {.base = "db:1",
          .files = {{.path = "/seed.sql", .content = "create table t"}},
          .command = {"serve"},
          .commands = {{"load", "/seed.sql"}},
          .env = {{"MODE", "seed"}}};
}

TEST(SeedHashTest, IsTheSameForTheSame) {
  EXPECT_EQ(seed_hash("sha256:1", seed()), seed_hash("sha256:1", seed()));
  EXPECT_EQ(seed_hash("sha256:1", seed()).size(), 64U);
}

TEST(SeedHashTest, DependsOnEverythingThatTheImageDependsOn) {
  std::vector<SeedSpec> seeds(12, seed());
  seeds[1].files[0].path = "/other.sql";
  seeds[2].files[0].content += ";";
  seeds[3].files[0].mode = 0600;
  seeds[4].files[0].uid = 1;
  seeds[5].files[0].gid = 1;
  seeds[6].files.clear();
  seeds[7].entrypoint = {"init"};
  seeds[8].command = {"other"};
  seeds[9].commands[0][1] = "/x";
  seeds[10].env["MODE"] = "x";
  seeds[11].user = "db";
  std::set<std::string> hashes{seed_hash("sha256:2", seed())};
  for (const SeedSpec& each : seeds) {
    hashes.insert(seed_hash("sha256:1", each));
  }
  EXPECT_EQ(hashes.size(), seeds.size() + 1);
}

TEST(SeedHashTest, TellsFieldsApartThatReadAlikeTogether) {
  std::vector<SeedSpec> seeds(5, seed());
  seeds[0].commands = {{"ab", "c"}};
  seeds[1].commands = {{"a", "bc"}};
  seeds[2].commands = {{"abc"}};
  seeds[3].commands = {{"ab"}, {"c"}};
  seeds[4].commands = {{"a", "b", "c"}};
  std::set<std::string> hashes;
  for (const SeedSpec& each : seeds) {
    hashes.insert(seed_hash("sha256:1", each));
  }
  EXPECT_EQ(hashes.size(), seeds.size());
}

TEST(SeedHashTest, DoesNotDependOnWhatHasNoEffectOnTheImage) {
  SeedSpec other = seed();
  other.base = "the-same-image:under-another-name";
  other.ready = {wait::LogLine{.contains = "ready"}};
  other.timeout = std::chrono::seconds{1};
  other.stop_grace = std::chrono::seconds{1};
  other.max_age = std::chrono::hours{1};
  EXPECT_EQ(seed_hash("sha256:1", other), seed_hash("sha256:1", seed()));
}

}  // namespace
}  // namespace drydock
