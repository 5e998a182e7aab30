#include "container/shared_key.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

using ::testing::MatchesRegex;

const ContainerSpec kSpec{.image = "redis:7", .env = {{"A", "1"}}};

drydock::Run run_of(pid_t pid) {
  return {.id = "session", .owner = {"host", "boot", 1, pid, 7}};
}

TEST(SharedKeyTest, IsTheSameForWhatRunsTheSame) {
  ContainerSpec other = kSpec;
  other.name = "cache";
  other.ready = {wait::Started{}};
  other.ready_timeout = other.start_timeout = std::chrono::seconds{1};
  other.log_tail = 7;
  other.pull = PullPolicy::Never;
  EXPECT_EQ(shared_key(other, "sha256:1"), shared_key(kSpec, "sha256:1"));
  EXPECT_THAT(shared_key(kSpec, "sha256:1"), MatchesRegex("[0-9a-f]{64}"));
}

TEST(SharedKeyTest, TellsApartWhatRunsDifferently) {
  std::vector<ContainerSpec> specs(8, kSpec);
  specs[1].env["A"] = "2";
  specs[2].command = {"x"};
  specs[3].files = {{.path = "/f", .content = "1"}};
  specs[4].files = {{.path = "/f", .content = "2"}};
  specs[5].files = {{.path = "/f", .content = "1", .mode = 0755}};
  specs[6].platform = "linux/arm64";
  specs[7].create_patch_json = R"({"Domainname": "x"})";
  std::set<std::string> keys;
  for (const ContainerSpec& spec : specs) {
    keys.insert(shared_key(spec, "sha256:1"));
  }
  EXPECT_EQ(keys.size(), specs.size());
  EXPECT_FALSE(keys.contains(shared_key(kSpec, "sha256:2"))) << "the image changed";
}

TEST(SharedKeyTest, FurtherNetworksCount) {
  ContainerSpec one = kSpec;
  one.networks = {{.network = "a"}, {.network = "b"}};
  ContainerSpec two = one;
  two.networks[1].aliases = {"db"};
  EXPECT_NE(shared_key(one, "i"), shared_key(two, "i"));
}

TEST(SharedKeyTest, AFileMayHoldAnyBytes) {
  ContainerSpec one = kSpec;
  ContainerSpec two = kSpec;
  one.files = {{.path = "/f", .content = "\xff"}};
  two.files = {{.path = "/f", .content = "\xfe"}};
  EXPECT_NE(shared_key(one, "i"), shared_key(two, "i"));
}

TEST(SharedKeyTest, ASpecThatCannotWorkHasNone) {
  EXPECT_THROW((void)shared_key({}, "i"), InvalidArgumentError);
}

TEST(SharedKeyTest, TheNameIsTheRunsAndTheKeysOrTheSpecs) {
  EXPECT_THAT(shared_name(run_of(1), kSpec, std::string(64, 'a')), MatchesRegex("drydock-[0-9a-f]{8}-a{12}"));
  ContainerSpec named = kSpec;
  named.name = "cache";
  EXPECT_THAT(shared_name(run_of(1), named, std::string(64, 'a')), MatchesRegex("drydock-[0-9a-f]{8}-cache"));
}

TEST(SharedKeyTest, RunsOfOneSessionIdHaveNamesOfTheirOwn) {
  EXPECT_NE(shared_name(run_of(1), kSpec, "k"), shared_name(run_of(2), kSpec, "k"));
}

}  // namespace
}  // namespace drydock
