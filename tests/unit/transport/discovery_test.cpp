#include "drydock/transport/discovery.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_server.h"

namespace drydock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A machine with some variables and some sockets; every other socket does not exist.
struct FakeMachine {
  std::map<std::string, std::string> variables{};
  std::map<std::string, std::string> answers{};  // address to the probe's answer
  std::vector<std::string> probed{};

  Discovery discover() {
    return discover_engine({.variable = [this](const char* name) -> std::optional<std::string> {
                              const auto found = variables.find(name);
                              return found == variables.end() ? std::nullopt : std::optional(found->second);
                            },
                            .uid = 1000,
                            .probe =
                                [this](const Endpoint& endpoint) {
                                  probed.push_back(endpoint.to_string());
                                  const auto found = answers.find(endpoint.to_string());
                                  return found == answers.end() ? "no such file" : found->second;
                                }});
  }
};

TEST(DiscoveryTest, TriesTheUsualPlacesInOrder) {
  FakeMachine machine{.variables = {{"XDG_RUNTIME_DIR", "/xdg"}, {"HOME", "/home/u"}}};
  const Discovery discovery = machine.discover();
  EXPECT_FALSE(discovery.endpoint);
  EXPECT_THAT(machine.probed,
              ElementsAre("unix:///var/run/docker.sock", "unix:///xdg/docker.sock",
                          "unix:///run/user/1000/docker.sock", "unix:///home/u/.docker/run/docker.sock",
                          "unix:///home/u/.docker/desktop/docker.sock", "unix:///xdg/podman/podman.sock",
                          "unix:///run/user/1000/podman/podman.sock", "unix:///run/podman/podman.sock"));
  EXPECT_EQ(discovery.candidates.size(), 8U);
}

TEST(DiscoveryTest, NamesAPlaceOnceThoughTwoVariablesLeadThere) {
  FakeMachine machine{.variables = {{"XDG_RUNTIME_DIR", "/run/user/1000"}}};
  machine.discover();
  EXPECT_THAT(machine.probed,
              ElementsAre("unix:///var/run/docker.sock", "unix:///run/user/1000/docker.sock",
                          "unix:///run/user/1000/podman/podman.sock", "unix:///run/podman/podman.sock"));
}

TEST(DiscoveryTest, StopsAtTheFirstThatAnswersAndKeepsTheReasonsBefore) {
  FakeMachine machine{.answers = {{"unix:///var/run/docker.sock", "permission denied"},
                                  {"unix:///run/user/1000/docker.sock", ""}}};
  const Discovery discovery = machine.discover();
  EXPECT_EQ(discovery.endpoint, Endpoint::parse("unix:///run/user/1000/docker.sock"));
  ASSERT_EQ(discovery.candidates.size(), 2U);
  EXPECT_EQ(discovery.candidates[0].verdict, "permission denied");
  EXPECT_FALSE(discovery.candidates[0].usable);
  EXPECT_EQ(discovery.candidates[1].source, "rootless socket");
  EXPECT_TRUE(discovery.candidates[1].usable);
}

TEST(DiscoveryTest, DockerHostIsTheOnlyCandidateWhereItIsSet) {
  FakeMachine machine{.variables = {{"DOCKER_HOST", "tcp://10.0.0.1"}},
                      .answers = {{"unix:///var/run/docker.sock", ""}, {"tcp://10.0.0.1:2375", "timed out"}}};
  const Discovery discovery = machine.discover();
  EXPECT_FALSE(discovery.endpoint);
  EXPECT_THAT(machine.probed, ElementsAre("tcp://10.0.0.1:2375"));
  EXPECT_EQ(discovery.candidates.at(0).verdict, "timed out");
}

TEST(DiscoveryTest, AnEmptyDockerHostCountsAsUnset) {
  FakeMachine machine{.variables = {{"DOCKER_HOST", ""}}, .answers = {{"unix:///var/run/docker.sock", ""}}};
  EXPECT_TRUE(machine.discover().endpoint);
}

TEST(DiscoveryTest, WhatCannotBeUsedIsRefusedWithoutAProbe) {
  for (const char* host : {"ssh://user@host", "npipe:////./pipe/docker_engine", "garbage"}) {
    FakeMachine machine{.variables = {{"DOCKER_HOST", host}}};
    const Discovery discovery = machine.discover();
    EXPECT_FALSE(discovery.endpoint);
    EXPECT_TRUE(machine.probed.empty());
    ASSERT_EQ(discovery.candidates.size(), 1U);
    EXPECT_EQ(discovery.candidates[0].address, host);
    EXPECT_FALSE(discovery.candidates[0].verdict.empty());
  }
}

TEST(DiscoveryTest, TlsIsRefusedForTcpAndNoMatterForASocket) {
  FakeMachine tcp{.variables = {{"DOCKER_HOST", "tcp://h:2376"}, {"DOCKER_TLS_VERIFY", "1"}},
                  .answers = {{"tcp://h:2376", ""}}};
  const Discovery refused = tcp.discover();
  EXPECT_FALSE(refused.endpoint);
  EXPECT_TRUE(tcp.probed.empty());
  EXPECT_THAT(refused.candidates.at(0).verdict, HasSubstr("DOCKER_TLS_VERIFY"));

  FakeMachine local{.variables = {{"DOCKER_HOST", "unix:///s"}, {"DOCKER_TLS_VERIFY", "1"}},
                    .answers = {{"unix:///s", ""}}};
  EXPECT_TRUE(local.discover().endpoint);
}

TEST(DiscoveryTest, APlaceWithAPathThatIsTooLongIsPassedOver) {
  FakeMachine machine{.variables = {{"XDG_RUNTIME_DIR", "/" + std::string(150, 'x')}},
                      .answers = {{"unix:///run/podman/podman.sock", ""}}};
  const Discovery discovery = machine.discover();
  EXPECT_EQ(discovery.endpoint, Endpoint::parse("unix:///run/podman/podman.sock"));
  EXPECT_FALSE(discovery.candidates.at(1).usable);
}

TEST(DiscoveryTest, TheTableHasALineForEachCandidateInColumns) {
  const Discovery discovery{
      .endpoint = std::nullopt,
      .candidates = {{"default socket", "unix:///var/run/docker.sock", "permission denied", false},
                     {"Podman", "unix:///run/podman/podman.sock", "no such file", false}}};
  EXPECT_EQ(discovery.table(),
            "  default socket  unix:///var/run/docker.sock     permission denied\n"
            "  Podman          unix:///run/podman/podman.sock  no such file\n");
}

TEST(DiscoveryTest, RealSocketsAreProbed) {
  ScriptedServer server({{ServerStep::stall()}});
  DiscoveryEnvironment environment = DiscoveryEnvironment::from_process();
  const std::string address = server.endpoint().to_string();
  environment.variable = [&](const char* name) {
    return std::string_view(name) == "DOCKER_HOST" ? std::optional(address) : std::nullopt;
  };
  EXPECT_EQ(discover_engine(environment).endpoint, server.endpoint());
  environment.variable = [&](const char* name) {
    return std::string_view(name) == "DOCKER_HOST" ? std::optional(address + "2") : std::nullopt;
  };
  const Discovery missing = discover_engine(environment);
  EXPECT_FALSE(missing.endpoint);
  EXPECT_EQ(missing.candidates.at(0).verdict, "no such file");
}

}  // namespace
}  // namespace drydock
