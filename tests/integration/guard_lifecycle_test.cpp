// What the guards of a running container, a network and a volume do to the engine's objects.
#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"

#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GuardLifecycleTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }
};

ContainerStatus status_of(const TestContainer& container) {
  return container.inspect().state.status;
}

TEST_F(GuardLifecycleTest, PausesKillsAndStops) {
  TestContainer container{idle_spec()};
  container.pause();
  EXPECT_EQ(status_of(container), ContainerStatus::Paused);
  container.unpause();
  EXPECT_EQ(status_of(container), ContainerStatus::Running);
  container.kill();
  EXPECT_EQ(container.wait_exit(), 137);
  EXPECT_FALSE(container.stop()) << "it does not run";
}

TEST_F(GuardLifecycleTest, WaitExitEndsAtItsTimeout) {
  const TestContainer container{idle_spec()};
  EXPECT_THROW(container.wait_exit(std::chrono::milliseconds{100}), TimeoutError);
}

TEST_F(GuardLifecycleTest, ARestartWaitsForTheNewRunsLines) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "test -e /again && sleep 0.5; touch /again; echo ready; sleep 600"};
  spec.ready = {wait::LogLine{.contains = "ready"}};
  TestContainer container{spec};
  const auto begin = std::chrono::steady_clock::now();
  container.restart(std::chrono::seconds{0});
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{500});
  EXPECT_EQ(container.logs().out, "ready\nready\n");
}

TEST_F(GuardLifecycleTest, PortsAreThoseOfTheNewRun) {
  TestContainer container{
      {.image = "drydock-test/web:1", .ports = {8080}, .ready = {wait::HttpOk{.path = "/health"}}}};
  EXPECT_GT(container.host_port(8080), 0);
  container.stop(std::chrono::seconds{0});
  container.start();
  const std::vector<PublishedPort> ports = container.inspect().ports;
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(container.host_port(8080), ports.front().host_port);
  EXPECT_EQ(ports.front().host_ip, "127.0.0.1");
}

TEST_F(GuardLifecycleTest, AFailedRestartSaysWhyAndKeepsTheContainer) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "test -e /again && { echo broken; exit 9; }; touch /again; sleep 600"};
  spec.ready = {wait::ExecSucceeds{{"test", "-e", "/again"}}};
  TestContainer container{spec};
  try {
    container.restart(std::chrono::seconds{0});
    FAIL() << "no error";
  } catch (const ContainerStartError& error) {
    EXPECT_EQ(error.evidence().state.exit_code, 9);
    EXPECT_THAT(error.what(), HasSubstr("broken"));
  }
  EXPECT_EQ(status_of(container), ContainerStatus::Exited);
}

TEST_F(GuardLifecycleTest, WaitForFailsEarlyWhenItDies) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "sleep 0.3; echo dying; exit 6"};
  const TestContainer container{spec};
  try {
    container.wait_for(wait::LogLine{.contains = "never"});
    FAIL() << "no error";
  } catch (const ContainerStartError& error) {
    EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
    EXPECT_EQ(error.evidence().log_tail, "dying\n");
  }
}

TEST_F(GuardLifecycleTest, ReleasedContainersOutliveTheirGuard) {
  ContainerId id;
  {
    TestContainer container{idle_spec()};
    id = std::move(container).release();
  }
  EXPECT_TRUE(Client::from_environment().containers().inspect(id).state.running);
  EXPECT_TRUE(Client::from_environment().containers().remove(id));
}

TEST_F(GuardLifecycleTest, WhatOthersRemovedIsNoProblem) {
  TestContainer container{idle_spec()};
  ASSERT_TRUE(Client::from_environment().containers().remove(container.id()));
  EXPECT_FALSE(container.remove());
}

TEST_F(GuardLifecycleTest, NetworksNameTheirContainers) {
  const TestNetwork front;
  const TestNetwork back;
  const TestContainer server{{.image = "drydock-test/web:1",
                              .networks = {{.network = front.name(), .aliases = {"server"}},
                                           {.network = back.name(), .aliases = {"inner"}}},
                              .ready = {wait::ExecSucceeds{{"wget", "-q", "-O-", "127.0.0.1:8080/health"}}}}};
  const TestContainer client{
      {.image = kBusybox, .command = {"sleep", "600"}, .networks = {{.network = back.name()}}}};
  EXPECT_EQ(client.exec({"wget", "-q", "-O", "/dev/null", "http://inner:8080/health"}).exit_code, 0);
}

TEST_F(GuardLifecycleTest, NetworksInUseAreNotRemoved) {
  TestNetwork network;
  {
    const TestContainer container{
        {.image = kBusybox, .command = {"sleep", "600"}, .networks = {{.network = network.name()}}}};
    EXPECT_THROW(network.remove(), EngineError);
  }
  EXPECT_TRUE(network.remove());
  EXPECT_FALSE(network.remove());
}

TEST_F(GuardLifecycleTest, NetworkNamesAreTakenOnce) {
  const TestNetwork network;
  try {
    const TestNetwork second{{.name = network.name()}};
    FAIL() << "no error";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
}

TEST_F(GuardLifecycleTest, VolumesCarryDataFromOneContainerToTheNext) {
  TestVolume volume;
  ContainerSpec spec = idle_spec();
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  {
    const TestContainer writer{spec};
    EXPECT_TRUE(writer.sh("echo kept > /data/file").ok());
    EXPECT_THROW(volume.remove(), EngineError);
  }
  {
    const TestContainer reader{spec};
    EXPECT_EQ(reader.exec({"cat", "/data/file"}).out, "kept\n");
  }
  EXPECT_TRUE(volume.remove());
}

TEST_F(GuardLifecycleTest, AVolumeThatStandsAlreadyIsNeitherTakenNorRemoved) {
  const Volumes volumes = Client::from_environment().volumes();
  const TestVolume first;
  try {
    const TestVolume second{{.name = first.name()}};
    FAIL() << "no error";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
  EXPECT_TRUE(volumes.find(first.name()));
}

TEST_F(GuardLifecycleTest, AnonymousVolumesGoWithTheirContainer) {
  const Client client = Client::from_environment();
  std::string name;
  {
    ContainerSpec spec = idle_spec();
    spec.create_patch_json = R"({"Volumes":{"/anonymous":{}}})";
    const TestContainer container{spec};
    const std::string json = container.inspect().json;
    const std::size_t mounts = json.find("\"Mounts\"");
    const std::size_t at = json.find("\"Name\":\"", json.find("\"Type\":\"volume\"", mounts));
    ASSERT_NE(at, std::string::npos) << json;
    name = json.substr(at + 8, 64);
    ASSERT_TRUE(client.volumes().find(name));
  }
  EXPECT_FALSE(client.volumes().find(name));
}

TEST_F(GuardLifecycleTest, EvidenceShowsTheLinesOfThisTestAlone) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo before; while ! test -e /go; do sleep 0.05; done; echo after; sleep 600"};
  spec.ready = {wait::LogLine{.contains = "before"}};
  const TestContainer container{spec};
  const auto directory = std::string{::testing::TempDir()} + "drydock-evidence";
  set_test_context(
      TestContext{.test = "A.B", .started = std::chrono::system_clock::now(), .log_directory = directory});
  const std::vector<Evidence> quiet = failure_evidence();
  ASSERT_EQ(quiet.size(), 1U);
  EXPECT_EQ(quiet.front().log_tail, "before\n");
  EXPECT_TRUE(quiet.front().log_is_older);

  set_test_context(
      TestContext{.test = "A.B", .started = std::chrono::system_clock::now(), .log_directory = directory});
  EXPECT_TRUE(container.exec({"touch", "/go"}).ok());
  container.wait_for(wait::LogLine{.contains = "after"});
  const std::vector<Evidence> evidence = failure_evidence();
  set_test_context(std::nullopt);
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence.front().log_tail, "after\n");
  EXPECT_FALSE(evidence.front().log_is_older);
  EXPECT_EQ(evidence.front().problem, "");
  EXPECT_THAT(evidence.front().log_file, HasSubstr("A.B"));
}

}  // namespace
}  // namespace drydock
