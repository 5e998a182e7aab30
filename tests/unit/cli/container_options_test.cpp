#include "cli/container_options.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/environment_variable.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

const char* nothing(const std::string& /*name*/) {
  return nullptr;
}

TEST(ContainerOptionsTest, EnvIsANameAndAValue) {
  EXPECT_THAT(parse_env("A=1", nothing), Pair("A", "1"));
  EXPECT_THAT(parse_env("A=", nothing), Pair("A", ""));
  EXPECT_THAT(parse_env("A=b=c", nothing), Pair("A", "b=c"));
}

TEST(ContainerOptionsTest, EnvWithoutAValueTakesTheOneThatIsHere) {
  EXPECT_THAT(parse_env("A", [](const std::string&) { return "here"; }), Pair("A", "here"));
  EXPECT_THROW((void)parse_env("A", nothing), InvalidArgumentError);
}

TEST(ContainerOptionsTest, EnvWithoutANameIsRefused) {
  EXPECT_THROW((void)parse_env("", nothing), InvalidArgumentError);
  EXPECT_THROW((void)parse_env("=1", nothing), InvalidArgumentError);
}

TEST(ContainerOptionsTest, FileIsPartedAtTheLastAbsolutePath) {
  EXPECT_EQ(parse_file("a.sql:/init/a.sql").source, "a.sql");
  EXPECT_EQ(parse_file("a.sql:/init/a.sql").target, "/init/a.sql");
  EXPECT_EQ(parse_file("/x:/y:/z").source, "/x:/y");
  for (const char* text : {"", "a.sql", "a.sql:init", ":/init", "a.sql:"}) {
    EXPECT_THROW((void)parse_file(text), InvalidArgumentError) << text;
  }
}

TEST(ContainerOptionsTest, AFileIsReadWithItsMode) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() / "start.sh";
  std::ofstream{path} << std::string("echo\0x\n", 7);
  std::filesystem::permissions(path, std::filesystem::perms{0755});
  const File file = load_file({path, "/start.sh"});
  EXPECT_EQ(file, (File{.path = "/start.sh", .content = std::string("echo\0x\n", 7), .mode = 0755}));
}

TEST(ContainerOptionsTest, WhatIsNoFileIsRefused) {
  const ScratchDirectory scratch;
  EXPECT_THROW((void)load_file({scratch.path() / "nosuch", "/a"}), InvalidArgumentError);
  EXPECT_THROW((void)load_file({scratch.path(), "/a"}), InvalidArgumentError);
  const std::string large = scratch.path() / "large";
  std::ofstream{large} << "x";
  std::filesystem::resize_file(large, (std::uintmax_t{64} << 20) + 1);
  EXPECT_THROW((void)load_file({large, "/a"}), InvalidArgumentError);
}

TEST(ContainerOptionsTest, PullIsOneOfThree) {
  EXPECT_EQ(parse_pull("missing"), PullPolicy::Missing);
  EXPECT_EQ(parse_pull("always"), PullPolicy::Always);
  EXPECT_EQ(parse_pull("never"), PullPolicy::Never);
  EXPECT_THROW((void)parse_pull("Never"), InvalidArgumentError);
}

TEST(ContainerOptionsTest, SpecHoldsThemAll) {
  const EnvironmentVariable secret{"DRYDOCK_TEST_SECRET", "from here"};
  const ContainerSpec spec = to_spec({.image = "web:1",
                                      .name = "w",
                                      .pull = "never",
                                      .env = {"A=1", "A=2", "DRYDOCK_TEST_SECRET"},
                                      .publish = {"8080", "127.0.0.1:53:53/udp"},
                                      .mounts = {"type=tmpfs,target=/t"},
                                      .waits = {"port:8080", "log:up"},
                                      .ready_timeout = 1.5},
                                     {"serve"});
  EXPECT_EQ(spec.image, "web:1");
  EXPECT_EQ(spec.name, "w");
  EXPECT_EQ(spec.pull, PullPolicy::Never);
  EXPECT_THAT(spec.command, ElementsAre("serve"));
  EXPECT_THAT(spec.env, ElementsAre(Pair("A", "2"), Pair("DRYDOCK_TEST_SECRET", "from here")));
  EXPECT_THAT(spec.ports, ElementsAre(Port{8080}, Port(53, Protocol::Udp, 53)));
  EXPECT_THAT(spec.mounts, ElementsAre(Mount::tmpfs("/t")));
  EXPECT_THAT(spec.ready, SizeIs(2));
  EXPECT_EQ(spec.ready_timeout, std::chrono::milliseconds{1500});
}

TEST(ContainerOptionsTest, OptionsComeOnTopOfTheFixture) {
  const ContainerSpec plain = to_spec({.fixture = "postgres"}, {});
  EXPECT_THAT(plain.image, StartsWith("postgres:"));
  EXPECT_THAT(plain.env, Contains(Pair("POSTGRES_DB", "app")));
  const ContainerSpec spec = to_spec({.image = "mine:1",
                                      .fixture = "postgres",
                                      .env = {"POSTGRES_DB=orders"},
                                      .publish = {"15432:5432", "9090"},
                                      .waits = {"log:up"},
                                      .ready_timeout = 5},
                                     {"postgres", "-c", "fsync=off"});
  EXPECT_EQ(spec.image, "mine:1");
  EXPECT_THAT(spec.env, Contains(Pair("POSTGRES_DB", "orders")));
  EXPECT_THAT(spec.env, Contains(Pair("POSTGRES_USER", "postgres")));
  EXPECT_THAT(spec.ports, ElementsAre(Port(5432, Protocol::Tcp, 15432), Port{9090}));
  EXPECT_THAT(spec.ready, SizeIs(plain.ready.size() + 1));
  EXPECT_THAT(spec.command, ElementsAre("postgres", "-c", "fsync=off"));
  EXPECT_EQ(spec.ready_timeout, std::chrono::seconds{5});
}

TEST(ContainerOptionsTest, SaysWhatMayBeRunWhenNothingIsNamed) {
  const auto error = thrown_by<InvalidArgumentError>([] { (void)to_spec({}, {}); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("--image"), HasSubstr("--fixture"), HasSubstr("postgres")));
  EXPECT_THROW((void)to_spec({.fixture = "nosuch"}, {}), InvalidArgumentError);
}

}  // namespace
}  // namespace drydock::cli
