#include "container/host_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "container/create_body.h"
#include "docker/json.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

ContainerSpec with_access() {
  return {.image = "i",
          .env = {{"PLAIN", "{host}"}},
          .extra_hosts = {{"db", "10.0.0.1"}},
          .host_access = {.enabled = true, .env = {{"URL", "http://{host}:8000/?of={host}"}, {"X", "1"}}}};
}

TEST(HostMappingTest, WritesHostAccessOut) {
  const ContainerSpec spec = with_host_access(with_access(), "10.88.0.1");
  EXPECT_THAT(spec.extra_hosts,
              ElementsAre(Pair("db", "10.0.0.1"), Pair("host.docker.internal", "10.88.0.1")));
  EXPECT_THAT(spec.env, ElementsAre(Pair("PLAIN", "{host}"),  // the user's own stays as it is
                                    Pair("URL", "http://host.docker.internal:8000/?of=host.docker.internal"),
                                    Pair("X", "1")));
  EXPECT_EQ(spec.host_access, HostAccess{});
}

TEST(HostMappingTest, LeavesTheNameToAnEngineThatKnowsIt) {
  const ContainerSpec spec = with_host_access(with_access(), "");
  EXPECT_THAT(spec.extra_hosts, ElementsAre(Pair("db", "10.0.0.1")));
  EXPECT_EQ(spec.env.at("URL"), "http://host.docker.internal:8000/?of=host.docker.internal");
}

TEST(HostMappingTest, LeavesASpecWithoutHostAccessAlone) {
  EXPECT_TRUE(with_host_access({.image = "i"}, "10.88.0.1").extra_hosts.empty());
}

TEST(HostMappingTest, IsInTheCreateBody) {
  const Json body = parse_json(create_body(with_access()), "body");
  EXPECT_THAT(body["HostConfig"]["ExtraHosts"].string_list(),
              ElementsAre("db:10.0.0.1", "host.docker.internal:host-gateway"));
  EXPECT_THAT(
      body["Env"].string_list(),
      ElementsAre("PLAIN={host}", "URL=http://host.docker.internal:8000/?of=host.docker.internal", "X=1"));
}

TEST(HostMappingTest, IsInTheRunLine) {
  EXPECT_THAT(docker_run_line(with_access()), AllOf(HasSubstr("--add-host host.docker.internal:host-gateway"),
                                                    HasSubstr("URL=http://host.docker.internal:8000/")));
  EXPECT_THAT(docker_run_line({.image = "i"}), Not(HasSubstr("--add-host")));
}

TEST(HostMappingTest, KeepsSecretsOutOfTheRunLine) {
  const ContainerSpec spec{.image = "i",
                           .host_access = {.enabled = true, .env = {{"API_TOKEN", "hunter2@{host}"}}}};
  EXPECT_THAT(docker_run_line(spec), AllOf(HasSubstr("--env API_TOKEN "), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace drydock
