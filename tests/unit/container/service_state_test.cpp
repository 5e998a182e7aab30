#include "container/service_state.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/environment_variable.h"
#include "support/forked.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

ServiceState sample() {
  return {.name = "pg",
          .container = std::string(64, 'a'),
          .engine_name = "drydock-1-2-pg",
          .image = "postgres:16",
          .image_id = "sha256:1",
          .digest = "postgres@sha256:2",
          .endpoint = "unix:///var/run/docker.sock",
          .host = "127.0.0.1",
          .ports = {{"5432/tcp", 49153}},
          .owner = "h:b:1:2:3",
          .session = "s",
          .env = {{"POSTGRES_PASSWORD", "a \"b\"\n"}},
          .spec = "hash"};
}

TEST(ServiceStateTest, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_service_state(to_json_text(sample())), sample());
}

TEST(ServiceStateTest, WhatIsNoStateIsRefused) {
  for (const char* text :
       {"", "[]", "{}", "{\"name\": \"pg\"}", "{\"name\": \"pg\", \"container\": \"a\"}", "{"}) {
    EXPECT_EQ(code_thrown_by([&] { (void)parse_service_state(text); }), ErrorCode::Protocol) << text;
  }
}

TEST(ServiceStateTest, WhatNamesNoEngineOrPortIsRefused) {
  ServiceState nowhere = sample();
  nowhere.endpoint = "somewhere";
  ServiceState portless = sample();
  portless.ports = {{"54x32/tcp", 49153}};
  std::string beyond = to_json_text(sample());
  beyond.replace(beyond.find("49153"), 5, "114689");  // the same in 16 bits
  for (const std::string& text : {to_json_text(nowhere), to_json_text(portless), beyond}) {
    EXPECT_EQ(code_thrown_by([&] { (void)parse_service_state(text); }), ErrorCode::Protocol) << text;
  }
}

TEST(ServiceStateTest, FileIsItsUsersAloneAndWhole) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() / "new folder" / "pg.json";
  write_state_file(path, sample());
  ServiceState second = sample();
  second.container = "b";
  write_state_file(path, second);
  EXPECT_EQ(read_state_file(path), second);
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms{0600});
  const auto entries = std::filesystem::directory_iterator{scratch.path() / "new folder"};
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1) << "nothing is left beside it";
}

TEST(ServiceStateTest, AFileThatIsNotThereIsNoError) {
  const ScratchDirectory scratch;
  EXPECT_EQ(read_state_file(scratch.path() / "pg.json"), std::nullopt);
}

TEST(ServiceStateTest, AFileThatIsNoStateIsNamed) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() / "pg.json";
  for (const char* content : {"", "{}", "no JSON"}) {
    std::ofstream{path} << content;
    const auto error = thrown_by<InvalidArgumentError>([&] { (void)read_state_file(path); });
    ASSERT_TRUE(error) << content;
    EXPECT_THAT(error->what(), HasSubstr(path));
  }
}

TEST(ServiceStateTest, AFileThatCannotBeWrittenIsNamed) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() / "folder.json";
  std::filesystem::create_directories(path);
  const auto error = thrown_by<std::system_error>([&] { write_state_file(path, sample()); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr(path));
}

TEST(ServiceStateTest, HostPortsAreThoseOfIpv4WhereThereAreBoth) {
  EXPECT_THAT(host_ports({{80, Protocol::Tcp, "::", 1},
                          {80, Protocol::Tcp, "0.0.0.0", 2},
                          {53, Protocol::Udp, "::1", 3},
                          {99, Protocol::Tcp, "", 0}}),
              ElementsAre(Pair("53/udp", 3), Pair("80/tcp", 2)));
}

TEST(ServiceStateTest, VariableIsTheNameInUpperCase) {
  EXPECT_EQ(service_variable("pg"), "DRYDOCK_SERVICE_PG");
  EXPECT_EQ(service_variable("my-Db_2"), "DRYDOCK_SERVICE_MY_DB_2");
}

TEST(ServiceStateTest, OtherNamesAreRefused) {
  for (const char* name : {"", "-a", "_a", "a b", "a/b", "a=b", "\xc3\xa4"}) {
    EXPECT_EQ(code_thrown_by([&] { (void)service_variable(name); }), ErrorCode::InvalidArgument) << name;
  }
}

TEST(ServiceStateTest, PathHoldsTheRun) {
  EXPECT_EQ(state_path("/a/pg-{session}.json", "1a"), "/a/pg-1a.json");
  EXPECT_EQ(state_path("{session}/{session}", "{session}"), "{session}/{session}");
  EXPECT_EQ(state_path("/a/pg.json", "1a"), "/a/pg.json");
}

TEST(ServiceStateTest, RunsThatShareASessionHaveFilesOfTheirOwn) {
  const EnvironmentVariable joined{"DRYDOCK_SESSION", "ci"};
  std::string mine;
  {
    const EnvironmentVariable run{"DRYDOCK_SESSION_PID", std::to_string(::getpid())};
    mine = current_state_path("pg-{session}.json");
    EXPECT_EQ(in_forked_child([] { return current_state_path("pg-{session}.json"); }), mine)
        << "one run, one file";
  }
  const EnvironmentVariable other{"DRYDOCK_SESSION_PID", std::to_string(::getppid())};
  EXPECT_NE(current_state_path("pg-{session}.json"), mine);
  EXPECT_EQ(current_state_path("pg.json"), "pg.json");
}

}  // namespace
}  // namespace drydock
