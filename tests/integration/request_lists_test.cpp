// What each public operation asks of the engine, against docs/requests.md: no request is wasted.
#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/host_port.h"
#include "drydock/container/manager.h"
#include "drydock/container/pool.h"
#include "drydock/container/reset.h"
#include "drydock/container/shell.h"
#include "drydock/container/snapshot.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"
#include "drydock/observability/metrics.h"

#include "support/real_engine.h"
#include "support/request_list_test.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

struct Containers {
  static constexpr const char* name = "Containers";
};

class RequestsOfContainersTest : public RequestListTest<Containers> {
 protected:
  [[nodiscard]] TestContainer idle() const { return TestContainer{idle_spec(), client()}; }
};

TEST_F(RequestsOfContainersTest, Start) {
  (void)expect("TestContainer{spec}", [&] { return idle(); });
  ContainerSpec spec = idle_spec();
  spec.files = {{.path = "/etc/app.conf", .content = "x"}};
  (void)expect("TestContainer{spec with files}", [&] { return TestContainer{spec, client()}; });
  spec = idle_spec();
  spec.command = {"sh", "-c", "echo up; exec sleep 600"};
  spec.ready = {wait::LogLine{.contains = "up"}};
  (void)expect("TestContainer{spec with a LogLine}", [&] { return TestContainer{spec, client()}; });
  const ContainerId id =
      expect("create_container(client, spec)", [&] { return create_container(client(), idle_spec()); });
  EXPECT_TRUE(client().containers().remove(id, {.force = true}));
}

TEST_F(RequestsOfContainersTest, FurtherNetworks) {
  const TestNetwork first{{}, client()};
  const TestNetwork second{{}, client()};
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.networks = {{.network = first.name()}, {.network = second.name()}};
  (void)expect("TestContainer{spec with two networks}", [&] { return TestContainer{spec, client()}; });
}

TEST_F(RequestsOfContainersTest, Ports) {
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.ports = {8080};
  const TestContainer box{spec, client()};
  EXPECT_GT(expect("TestContainer::host_port(port)", [&] { return box.host_port(8080); }), 0);
}

TEST_F(RequestsOfContainersTest, Commands) {
  const TestContainer box = idle();
  (void)expect("TestContainer::exec(argv)", [&] { return box.exec({"true"}); });
  (void)expect("TestContainer::sh(script)", [&] { return box.sh("exit 3"); });
  (void)expect("TestContainer::exec(argv, input)", [&] { return box.exec({"cat"}, {.input = "text"}); });
  (void)expect("TestContainer::exec_detached(argv)", [&] { return box.exec_detached({"true"}); });
}

TEST_F(RequestsOfContainersTest, Shells) {
  const TestContainer box = idle();
  const ExecOptions fast{.mode = ExecMode::Fast};
  (void)expect("TestContainer::exec(argv, Fast), first", [&] { return box.exec({"true"}, fast); });
  (void)expect("TestContainer::exec(argv, Fast), again", [&] { return box.exec({"true"}, fast); });
  Shell shell = expect("TestContainer::shell()", [&] { return box.shell(); });
  (void)expect("Shell::run(argv)", [&] { return shell.run({"true"}); });
  (void)expect("Shell::sh(script)", [&] { return shell.sh("exit 3"); });
}

TEST_F(RequestsOfContainersTest, Looks) {
  const TestContainer box = idle();
  (void)expect("TestContainer::inspect()", [&] { return box.inspect(); });
  (void)expect("TestContainer::logs()", [&] { return box.logs(); });
  (void)expect("TestContainer::changes()", [&] { return box.changes(); });
}

TEST_F(RequestsOfContainersTest, Life) {
  TestContainer box = idle();
  expect("TestContainer::pause()", [&] { box.pause(); });
  expect("TestContainer::unpause()", [&] { box.unpause(); });
  (void)expect("TestContainer::stop(0s)", [&] { return box.stop(std::chrono::seconds{0}); });
  expect("TestContainer::start()", [&] { box.start(); });
  expect("TestContainer::restart(0s)", [&] { box.restart(std::chrono::seconds{0}); });
  expect("TestContainer::kill()", [&] { box.kill(); });
  (void)expect("TestContainer::wait_exit()", [&] { return box.wait_exit(); });
  (void)expect("TestContainer::remove()", [&] { return box.remove(); });
  TestContainer other = idle();
  expect("~TestContainer()", [&] { const TestContainer ending = std::move(other); });
}

TEST_F(RequestsOfContainersTest, Resets) {
  TestContainer box = idle();
  expect("TestContainer::reset(Recreate)", [&] { box.reset(reset::Recreate{}); });
  expect("TestContainer::reset(Restart)",
         [&] { box.reset(reset::Restart{.grace = std::chrono::seconds{0}}); });
  expect("TestContainer::reset(Exec)", [&] { box.reset(reset::Exec{.argv = {"true"}}); });
  const Snapshot snapshot = expect("TestContainer::snapshot()", [&] { return box.snapshot(); });
  expect("TestContainer::reset(FromSnapshot)",
         [&] { box.reset(reset::FromSnapshot{.image = snapshot.image()}); });
  const std::string name = box.name();
  (void)std::move(box).release();
  const TestContainer fresh = expect("reset_container(client, name, spec)", [&] {
    ContainerSpec spec = idle_spec();
    spec.stop_signal = "SIGKILL";
    return reset_container(client(), name, spec);
  });
}

TEST_F(RequestsOfContainersTest, AStandingNetwork) {
  { const TestContainer brings_the_image{standing_spec()}; }
  TestContainer box = expect("TestContainer{spec with a standing network}", [&] {
    return TestContainer{standing_spec(), client()};
  });
  expect("TestContainer::reset(Recreate), standing network", [&] { box.reset(reset::Recreate{}); });
}

struct Others {
  static constexpr const char* name = "Networks, volumes, managers, pools";
};

class RequestsOfOthersTest : public RequestListTest<Others> {};

TEST_F(RequestsOfOthersTest, Networks) {
  TestNetwork network = expect("TestNetwork{config}", [&] { return TestNetwork{{}, client()}; });
  (void)expect("TestNetwork::remove()", [&] { return network.remove(); });
}

TEST_F(RequestsOfOthersTest, Volumes) {
  TestVolume volume = expect("TestVolume{config}", [&] { return TestVolume{{}, client()}; });
  (void)expect("TestVolume::remove()", [&] { return volume.remove(); });
}

TEST_F(RequestsOfOthersTest, Managers) {
  ContainerManager manager{client()};
  (void)expect("ContainerManager::start_tracked(name, spec)",
               [&] { return manager.start_tracked("box", idle_spec()); });
  (void)expect("ContainerManager::exec(name, argv)", [&] { return manager.exec("box", {"true"}); });
  (void)expect("ContainerManager::info(name)", [&] { return manager.info("box"); });
  (void)expect("ContainerManager::remove(name)", [&] { return manager.remove("box"); });
}

TEST_F(RequestsOfOthersTest, PoolsHandOutWithoutARequest) {
  ContainerPool pool{idle_spec(), {.size = 1, .max_total = 1, .on_return = OnReturn::Reuse}, client()};
  pool.wait_ready();
  (void)expect("ContainerPool::acquire(), warm", [&] { return pool.acquire(); });
}

TEST_F(RequestsOfOthersTest, WhatTheEngineIsIsAskedOnce) {
  (void)expect("System::kind(), first", [&] { return client().system().kind(); });
  (void)expect("System::kind(), again", [&] { return client().system().kind(); });
}

// Clients of an endpoint share what was learnt of it: only the first one asks.
TEST_F(RequestsOfOthersTest, ANewClientOfTheEndpointAsksNothing) {
  (void)Client::from_environment().system().kind();
  const metrics::Snapshot before = metrics::snapshot();
  (void)Client{Client::from_environment().endpoint()}.system().kind();
  EXPECT_EQ(metrics::snapshot().total("drydock_calls"), before.total("drydock_calls"));
}

TEST_F(RequestsOfOthersTest, TheDefaultNetworkIsLookedUpOnce) {
  (void)expose_host_port(9);
  const metrics::Snapshot before = metrics::snapshot();
  (void)expose_host_port(9);
  EXPECT_EQ(metrics::snapshot().total("drydock_calls"), before.total("drydock_calls"));
}

}  // namespace
}  // namespace drydock
