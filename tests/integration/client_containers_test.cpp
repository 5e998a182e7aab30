// Containers on a real engine: from create to remove.
#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "support/engine_test.h"
#include "support/small_tar.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Publishes port 80 of the container on `host_port` (0: a free one) of 127.0.0.1.
std::string publishing(const std::string& host_port) {
  return R"({"ExposedPorts":{"80/tcp":{},"81/tcp":{}},"HostConfig":{"NetworkMode":null,)"
         R"("PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":")" +
         host_port + R"("}]}}})";
}

class ClientContainersTest : public EngineTest {
 protected:
  [[nodiscard]] Containers containers() const { return client().containers(); }
  [[nodiscard]] ContainerStatus status_of(const ContainerId& id) const {
    return containers().inspect(id).state.status;
  }
};

TEST_F(ClientContainersTest, LivesFromCreateToRemove) {
  const std::string name = unique_name();
  const CreatedContainer created =
      containers().create({.name = name, .body = create_body({"sleep", "100"}, R"({"Hostname":"hosta"})")});
  track_container(created.id);
  EXPECT_EQ(status_of(name), ContainerStatus::Created);

  containers().start(created.id);
  containers().start(created.id);  // running already: no error
  const ContainerDetails details = containers().inspect(name);
  EXPECT_EQ(details.id, created.id);
  EXPECT_EQ(details.name, name);
  EXPECT_EQ(details.hostname, "hosta");
  EXPECT_NE(details.image.find("drydock-test/busybox:1"), std::string::npos);
  EXPECT_EQ(details.command, (std::vector<std::string>{"sleep", "100"}));
  EXPECT_EQ(details.state.status, ContainerStatus::Running);
  EXPECT_TRUE(details.state.running);
  EXPECT_GT(details.state.pid, 0);
  EXPECT_FALSE(details.tty);
  EXPECT_EQ(details.labels.at("drydock.test-suite"), "ClientContainersTest.LivesFromCreateToRemove");

  containers().kill(created.id);
  EXPECT_EQ(containers().wait(created.id, WaitUntil::NotRunning, Deadline::in(seconds{30})).exit_code, 137);
  EXPECT_EQ(containers().inspect(name).state.exit_code, 137);
  EXPECT_TRUE(containers().remove(name));
  EXPECT_FALSE(containers().remove(name));
  EXPECT_FALSE(containers().find(name));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().inspect(name)); }), ErrorCode::NotFound);
}

TEST_F(ClientContainersTest, PublishesPortsOnTheLoopback) {
  const ContainerId id = run({"sleep", "100"}, publishing(""));
  const std::vector<PublishedPort> ports = containers().inspect(id).ports;
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(ports[0].container_port, 80);
  EXPECT_EQ(ports[0].host_ip, "127.0.0.1");
  EXPECT_NE(ports[0].host_port, 0);
  const std::vector<ContainerSummary> rows = containers().list({.names = {containers().inspect(id).name}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].ports, ports);
}

TEST_F(ClientContainersTest, TellsThatAPortIsInUseAndLeavesTheContainerCreated) {
  const ContainerId first = run({"sleep", "100"}, publishing(""));
  const std::string taken = std::to_string(containers().inspect(first).ports.at(0).host_port);
  const ContainerId second = create({"sleep", "100"}, publishing(taken));
  const auto error = thrown_by<EngineError>([&] { containers().start(second); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::PortInUse) << error->what();
  EXPECT_TRUE(error->retryable());
  EXPECT_EQ(status_of(second), ContainerStatus::Created);
}

class ClientContainersBadCommandTest : public ClientContainersTest,
                                       public testing::WithParamInterface<const char*> {};

TEST_P(ClientContainersBadCommandTest, IsToldByStart) {
  const ContainerId id = create({GetParam()});
  const auto error = thrown_by<EngineError>([&] { containers().start(id); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandNotStarted) << error->what();
  EXPECT_EQ(error->resource(), short_id(id));
}

INSTANTIATE_TEST_SUITE_P(Commands, ClientContainersBadCommandTest,
                         testing::Values("nosuch-command", "/nosuch/file", "/etc"),
                         [](const auto& given) { return "Command" + std::to_string(given.index); });

TEST_F(ClientContainersTest, RefusesASecondContainerOfAName) {
  const std::string name = containers().inspect(create({"true"})).name;
  EXPECT_EQ(code_thrown_by([&] { containers().create({.name = name, .body = create_body({"true"})}); }),
            ErrorCode::Conflict);
  const ContainerId other = create({"true"});
  EXPECT_EQ(code_thrown_by([&] { containers().rename(other, name); }), ErrorCode::Conflict);
}

TEST_F(ClientContainersTest, TellsThatThereIsNoSuchImage) {
  const std::string body = create_body({"true"}, R"({"Image":"drydock-test/nosuch:1"})");
  EXPECT_EQ(code_thrown_by([&] { containers().create({.body = body}); }), ErrorCode::NotFound);
}

TEST_F(ClientContainersTest, TellsThatABodyIsBroken) {
  EXPECT_EQ(code_thrown_by([&] { containers().create({.body = "{broken"}); }), ErrorCode::BadRequest);
}

TEST_F(ClientContainersTest, StopsOnce) {
  const ContainerId id = run({"sleep", "100"});
  EXPECT_TRUE(containers().stop(id, seconds{0}));
  EXPECT_FALSE(containers().stop(id, seconds{0}));
  EXPECT_EQ(status_of(id), ContainerStatus::Exited);
}

TEST_F(ClientContainersTest, SendsTheSignalThatIsAskedFor) {
  const ContainerId id = run({"sh", "-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done"});
  ASSERT_FALSE(containers().follow_logs(
      id, [](LogStream, std::string_view) { return false; }, {.tty = false}, Deadline::in(seconds{30})));
  containers().kill(id, "SIGUSR1");
  EXPECT_EQ(containers().wait(id, WaitUntil::NotRunning, Deadline::in(seconds{30})).exit_code, 42);
  EXPECT_EQ(code_thrown_by([&] { containers().kill(id); }), ErrorCode::Conflict);
  EXPECT_EQ(code_thrown_by([&] { containers().kill(id, "SIGNOPE"); }), ErrorCode::BadRequest);
}

TEST_F(ClientContainersTest, PausesAndUnpauses) {
  const ContainerId id = run({"sleep", "100"});
  containers().pause(id);
  const ContainerState paused = containers().inspect(id).state;
  EXPECT_EQ(paused.status, ContainerStatus::Paused);
  EXPECT_TRUE(paused.running);
  EXPECT_EQ(code_thrown_by([&] { containers().pause(id); }), ErrorCode::Conflict);
  containers().unpause(id);
  EXPECT_EQ(status_of(id), ContainerStatus::Running);
}

TEST_F(ClientContainersTest, Restarts) {
  const ContainerId id = run({"sleep", "100"});
  const std::string before = containers().inspect(id).state.started_at;
  containers().restart(id, seconds{0});
  EXPECT_EQ(status_of(id), ContainerStatus::Running);
  EXPECT_NE(containers().inspect(id).state.started_at, before);
}

TEST_F(ClientContainersTest, Renames) {
  const ContainerId id = create({"true"});
  const std::string name = unique_name();
  containers().rename(id, name);
  EXPECT_EQ(containers().inspect(name).id, id);
}

TEST_F(ClientContainersTest, WaitsForTheExit) {
  const ContainerId id = run({"sh", "-c", "sleep 0.3; exit 7"});
  EXPECT_EQ(containers().wait(id, WaitUntil::NotRunning, Deadline::in(seconds{30})).exit_code, 7);
}

TEST_F(ClientContainersTest, WaitsForTheNextExitOfOneThatHasNotStarted) {
  const ContainerId id = create({"sh", "-c", "exit 9"});
  auto waiting = std::async(std::launch::async, [&] {
    return containers().wait(id, WaitUntil::NextExit, Deadline::in(seconds{30})).exit_code;
  });
  // The wait must be with the engine before the start; should it not be yet, the next start's exit serves.
  while (waiting.wait_for(milliseconds{200}) != std::future_status::ready) {
    containers().start(id);
  }
  EXPECT_EQ(waiting.get(), 9);
}

TEST_F(ClientContainersTest, WaitsForTheRemoval) {
  const ContainerId id = run({"sleep", "100"});
  auto waiting = std::async(std::launch::async, [&] {
    return containers().wait(id, WaitUntil::Removed, Deadline::in(seconds{30})).exit_code;
  });
  EXPECT_EQ(waiting.wait_for(milliseconds{300}), std::future_status::timeout);
  EXPECT_TRUE(containers().remove(id));
  EXPECT_EQ(waiting.get(), is_podman() ? 0 : 137);
}

TEST_F(ClientContainersTest, GivesAWaitUpAtTheDeadline) {
  const ContainerId id = run({"sleep", "100"});
  EXPECT_EQ(
      code_thrown_by([&] { containers().wait(id, WaitUntil::NotRunning, Deadline::in(milliseconds{200})); }),
      ErrorCode::Timeout);
}

TEST_F(ClientContainersTest, ListsByLabelNameAndStatus) {
  const std::string label = "drydock.test-label=" + unique_name();
  const std::string patch =
      R"({"Labels":{"drydock.test-label":")" + label.substr(label.find('=') + 1) + R"("}})";
  const ContainerId running = run({"sleep", "100"}, patch);
  const ContainerId created = create({"true"}, patch);
  create({"true"});
  const auto ids = [&](const ContainerFilter& filter) {
    std::vector<ContainerId> found;
    for (const ContainerSummary& row : containers().list(filter)) {
      found.push_back(row.id);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  std::vector<ContainerId> both{running, created};
  std::sort(both.begin(), both.end());
  EXPECT_EQ(ids({.labels = {label}}), both);
  EXPECT_EQ(ids({.all = false, .labels = {label}}), std::vector<ContainerId>{running});
  EXPECT_EQ(ids({.labels = {label}, .statuses = {"created"}}), std::vector<ContainerId>{created});
  EXPECT_TRUE(ids({.labels = {label, "drydock.nosuch"}}).empty());
}

TEST_F(ClientContainersTest, SettlesConcurrentRemovals) {
  const ContainerId id = run({"sleep", "100"});
  std::vector<std::future<bool>> removals;
  for (int i = 0; i < 6; ++i) {
    removals.push_back(std::async(std::launch::async, [&] {
      const bool removed = containers().remove(id);
      EXPECT_FALSE(containers().find(id)) << "returned before the container was gone";
      return removed;
    }));
  }
  const auto removed = std::count_if(removals.begin(), removals.end(), [](auto& one) { return one.get(); });
  if (is_podman()) {
    EXPECT_GE(removed, 1);  // it lets each remover believe that it was the one
  } else {
    EXPECT_EQ(removed, 1);
  }
}

TEST_F(ClientContainersTest, RefusesToRemoveARunningOneWithoutForce) {
  const ContainerId id = run({"sleep", "100"});
  EXPECT_EQ(code_thrown_by([&] { containers().remove(id, {.force = false}); }), ErrorCode::Conflict);
  EXPECT_EQ(status_of(id), ContainerStatus::Running);
}

TEST_F(ClientContainersTest, ShowsProcesses) {
  const ContainerId id = run({"sleep", "100"});
  const ProcessTable table = containers().top(id);
  EXPECT_FALSE(table.titles.empty());
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_NE(table.rows[0].back().find("sleep"), std::string::npos);
  containers().kill(id);
  containers().wait(id, WaitUntil::NotRunning, Deadline::in(seconds{30}));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().top(id)); }), ErrorCode::Conflict);
}

TEST_F(ClientContainersTest, TakesASampleOfTheStats) {
  const ContainerStats stats = containers().stats(run({"sleep", "100"}));
  EXPECT_GT(stats.cpu_total_ns, 0U);
  EXPECT_GT(stats.cpu_system_ns, 0U);
  EXPECT_GT(stats.memory_bytes, 0U);
  EXPECT_GT(stats.memory_limit_bytes, stats.memory_bytes);
  EXPECT_GE(stats.pids, 1U);
}

TEST_F(ClientContainersTest, ReadsTheHealth) {
  if (is_podman()) {
    GTEST_SKIP() << "Podman probes by systemd timers, which may not be there";
  }
  const ContainerId id =
      run({"sleep", "100"}, R"({"Healthcheck":{"Test":["CMD","echo","fine"],"Interval":1000000000}})");
  const Deadline deadline = Deadline::in(seconds{30});
  ContainerState state = containers().inspect(id).state;
  EXPECT_NE(state.health, Health::None);
  while (state.health == Health::Starting && !deadline.expired()) {
    state = containers().inspect(id, deadline).state;
  }
  EXPECT_EQ(state.health, Health::Healthy);
  EXPECT_NE(state.last_health_output.find("fine"), std::string::npos);
}

TEST_F(ClientContainersTest, PutsAnArchiveIntoADirectory) {
  const ContainerId id = run({"sleep", "100"});
  const std::string content(100'000, 'x');
  containers().put_archive(id, "/tmp", tar_of_file("put.txt", content));
  EXPECT_EQ(output_of(id, {"cat", "/tmp/put.txt"}), content);
  if (!is_podman()) {  // which makes the directory
    EXPECT_EQ(code_thrown_by([&] { containers().put_archive(id, "/nosuch", tar_of_file("a", "b")); }),
              ErrorCode::NotFound);
  }
}

TEST_F(ClientContainersTest, SurvivesAnArchiveForAContainerThatIsNotThere) {
  // The engine answers before it has read the body: seen to kill a process by SIGPIPE.
  const std::string large = tar_of_file("a", std::string(8 << 20, 'x'));
  EXPECT_THROW(containers().put_archive(unique_name(), "/tmp", large), Error);
}

}  // namespace
}  // namespace drydock
