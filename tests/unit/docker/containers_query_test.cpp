#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

// Docker 20.10, shortened.
constexpr const char* kRunning = R"({
  "Id": "53499f201eb4a057f395573dee877bf52eb7dbdd4840645650d2c9629bdb6e80",
  "Created": "2026-11-23T23:26:51.437165561Z", "Path": "sleep", "Args": ["100"],
  "State": {"Status": "running", "Running": true, "Paused": false, "OOMKilled": false, "Dead": false, "Pid": 8616,
    "ExitCode": 0, "Error": "", "StartedAt": "2026-11-23T23:26:51.937165561Z",
    "FinishedAt": "0001-01-01T00:00:00Z",
    "Health": {"Status": "healthy", "FailingStreak": 0, "Log": [{"ExitCode": 1, "Output": "old"},
                                                                {"ExitCode": 0, "Output": "fine\n"}]}},
  "Image": "sha256:677ce410d3444886e3f32e841fdcc9345bd73250089d6bc2768d685c69fb8907",
  "Name": "/dk-a", "HostConfig": {"NetworkMode": "default"},
  "Config": {"Hostname": "hosta", "Tty": true, "Image": "drydock-test/busybox:1", "Labels": {"a": "b"}},
  "NetworkSettings": {
    "Ports": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "32772"}, {"HostIp": "::1", "HostPort": "32773"}],
              "53/udp": [{"HostIp": "", "HostPort": "53"}], "81/tcp": null},
    "Networks": {"bridge": {"Aliases": null, "NetworkID": "8069b90e", "Gateway": "172.17.0.1",
                            "IPAddress": "172.17.0.3"},
                 "extra": {"Aliases": ["db"], "NetworkID": "8f4b81b8", "Gateway": "", "IPAddress": "10.0.0.2"}}}})";

constexpr const char* kNeverStarted = R"({
  "Id": "0ef0", "Name": "/x", "Path": "", "Args": [],
  "State": {"Status": "created", "Running": false, "Pid": 0, "ExitCode": 127, "Error": "exec: \"nosuch\""},
  "Config": {"Image": "i", "Labels": null}, "NetworkSettings": {"Ports": {}, "Networks": null}})";

class ContainersQueryTest : public testing::Test {
 protected:
  [[nodiscard]] Containers containers() const { return client_.containers(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ContainersQueryTest, ReadsARunningContainer) {
  engine_->answer(200, kRunning);
  const ContainerDetails details = containers().inspect("dk-a");
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /v1.41/containers/dk-a/json"});
  EXPECT_EQ(details.id, "53499f201eb4a057f395573dee877bf52eb7dbdd4840645650d2c9629bdb6e80");
  EXPECT_EQ(details.name, "dk-a");
  EXPECT_EQ(details.image, "drydock-test/busybox:1");
  EXPECT_EQ(details.image_id, "sha256:677ce410d3444886e3f32e841fdcc9345bd73250089d6bc2768d685c69fb8907");
  EXPECT_EQ(details.created, "2026-11-23T23:26:51.437165561Z");
  EXPECT_EQ(details.hostname, "hosta");
  EXPECT_EQ(details.network_mode, "default");
  EXPECT_EQ(details.command, (std::vector<std::string>{"sleep", "100"}));
  EXPECT_TRUE(details.tty);
  EXPECT_EQ(details.labels, (Labels{{"a", "b"}}));
  EXPECT_EQ(details.json, kRunning);
  EXPECT_EQ(details.state, (ContainerState{.status = ContainerStatus::Running,
                                           .running = true,
                                           .pid = 8616,
                                           .started_at = "2026-11-23T23:26:51.937165561Z",
                                           .finished_at = "0001-01-01T00:00:00Z",
                                           .health = Health::Healthy,
                                           .last_health_output = "fine\n"}));
}

TEST_F(ContainersQueryTest, ReadsPublishedPortsOnly) {
  engine_->answer(200, kRunning);
  EXPECT_EQ(containers().inspect("dk-a").ports,
            (std::vector<PublishedPort>{{53, Protocol::Udp, "", 53},
                                        {80, Protocol::Tcp, "127.0.0.1", 32772},
                                        {80, Protocol::Tcp, "::1", 32773}}));
}

TEST_F(ContainersQueryTest, ReadsNetworks) {
  engine_->answer(200, kRunning);
  EXPECT_EQ(containers().inspect("dk-a").networks,
            (std::vector<NetworkAttachment>{{"bridge", "8069b90e", "172.17.0.3", "172.17.0.1", {}},
                                            {"extra", "8f4b81b8", "10.0.0.2", "", {"db"}}}));
}

TEST_F(ContainersQueryTest, ReadsWhyAContainerNeverStarted) {
  engine_->answer(200, kNeverStarted);
  const ContainerDetails details = containers().inspect("x");
  EXPECT_EQ(details.state.status, ContainerStatus::Created);
  EXPECT_EQ(details.state.exit_code, 127);
  EXPECT_EQ(details.state.error, "exec: \"nosuch\"");
  EXPECT_EQ(details.state.health, Health::None);
  EXPECT_TRUE(details.command.empty());
  EXPECT_TRUE(details.ports.empty());
}

TEST_F(ContainersQueryTest, UnderstandsPodmansWords) {
  engine_
      ->answer(200, R"({"Id":"1","State":{"Status":"paused","Running":false,
      "Healthcheck":{"Status":"starting","Log":null}}})")
      .answer(200, R"({"Id":"1","State":{"Status":"configured"}})")
      .answer(200, R"({"Id":"1","State":{"Status":"stopped"}})")
      .answer(200, R"({"Id":"1","State":{"Status":"something new"}})");
  const ContainerState paused = containers().inspect("x").state;
  EXPECT_EQ(paused.status, ContainerStatus::Paused);
  EXPECT_TRUE(paused.running);
  EXPECT_EQ(paused.health, Health::Starting);
  EXPECT_EQ(containers().inspect("x").state.status, ContainerStatus::Created);
  EXPECT_EQ(containers().inspect("x").state.status, ContainerStatus::Exited);
  EXPECT_EQ(containers().inspect("x").state.status, ContainerStatus::Unknown);
}

TEST_F(ContainersQueryTest, FindsNothingWhereInspectThrows) {
  engine_->answer(404, R"({"message":"No such container: x"})").answer(404, "{}").answer(500, "{}");
  EXPECT_FALSE(containers().find("x"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().inspect("x")); }), ErrorCode::NotFound);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().find("x")); }), ErrorCode::ServerError);
}

TEST_F(ContainersQueryTest, CallsABrokenAnswerAProtocolError) {
  engine_->answer(200, "{\"Id\":");
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().inspect("x")); }), ErrorCode::Protocol);
}

TEST_F(ContainersQueryTest, ListsWithFilters) {
  engine_->answer(200, "[]").answer(200, "[]");
  EXPECT_TRUE(containers().list().empty());
  EXPECT_TRUE(
      containers()
          .list(
              {.all = false, .labels = {"k=v"}, .names = {"^a$"}, .statuses = {"running"}, .networks = {"n"}})
          .empty());
  EXPECT_EQ(
      engine_->lines(),
      (std::vector<std::string>{
          "GET /v1.41/containers/json?all=1",
          "GET /v1.41/containers/json?all=0&filters=%7B%22label%22%3A%5B%22k%3Dv%22%5D%2C%22name%22%3A%5B%22%"
          "5Ea%24%22%5D%2C%22network%22%3A%5B%22n%22%5D%2C%22status%22%3A%5B%22running%22%5D%7D"}));
}

TEST_F(ContainersQueryTest, ReadsRowsOfTheList) {
  engine_->answer(200,
                  R"json([{"Id":"53499f20","Names":["/dk-a","/other/link"],"Image":"drydock-test/busybox:1",
      "ImageID":"sha256:677c","Command":"sleep 100","Created":1795476411,
      "Ports":[{"IP":"127.0.0.1","PrivatePort":80,"PublicPort":32772,"Type":"tcp"},{"PrivatePort":81,"Type":"tcp"}],
      "Labels":{"k":"v"},"State":"running","Status":"Up 38 seconds (healthy)"}])json");
  const std::vector<ContainerSummary> rows = containers().list();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].id, "53499f20");
  EXPECT_EQ(rows[0].names, (std::vector<std::string>{"dk-a", "other/link"}));
  EXPECT_EQ(rows[0].image, "drydock-test/busybox:1");
  EXPECT_EQ(rows[0].image_id, "sha256:677c");
  EXPECT_EQ(rows[0].status, ContainerStatus::Running);
  EXPECT_EQ(rows[0].status_text, "Up 38 seconds (healthy)");
  EXPECT_EQ(rows[0].created, 1795476411);
  EXPECT_EQ(rows[0].ports, (std::vector<PublishedPort>{{80, Protocol::Tcp, "127.0.0.1", 32772}}));
  EXPECT_EQ(rows[0].labels, (Labels{{"k", "v"}}));
}

TEST_F(ContainersQueryTest, NamesWhatDiffersFromTheImage) {
  engine_
      ->answer(200, R"([{"Path":"/new","Kind":1},{"Path":"/etc","Kind":0},{"Path":"/etc/issue","Kind":2}])")
      .answer(200, "null");
  EXPECT_EQ(containers().changes("x"), (std::vector<FileChange>{{"/new", ChangeKind::Added},
                                                                {"/etc", ChangeKind::Modified},
                                                                {"/etc/issue", ChangeKind::Deleted}}));
  EXPECT_TRUE(containers().changes("x").empty());
  EXPECT_EQ(engine_->lines().front(), "GET /v1.41/containers/x/changes");
}

TEST_F(ContainersQueryTest, PrintsAChange) {
  EXPECT_EQ(testing::PrintToString(FileChange{"/etc/issue", ChangeKind::Deleted}), "deleted /etc/issue");
}

TEST_F(ContainersQueryTest, GetsAnArchive) {
  engine_->answer(200, "tar bytes").answer(404, R"({"message":"Could not find the file /x"})");
  EXPECT_EQ(containers().get_archive("x", "/var/a b", 4096), "tar bytes");
  EXPECT_EQ(engine_->lines().front(), "GET /v1.41/containers/x/archive?path=%2Fvar%2Fa%20b");
  EXPECT_EQ(engine_->records().front().request.response_limit, 4096U);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().get_archive("x", "/x")); }),
            ErrorCode::NotFound);
}

TEST_F(ContainersQueryTest, ReadsTheProcessTable) {
  engine_->answer(200, R"({"Processes":[["root","30412","sleep 100"]],"Titles":["UID","PID","CMD"]})");
  const ProcessTable table = containers().top("x", "-o pid");
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /v1.41/containers/x/top?ps_args=-o%20pid"});
  EXPECT_EQ(table.titles, (std::vector<std::string>{"UID", "PID", "CMD"}));
  EXPECT_EQ(table.rows, (std::vector<std::vector<std::string>>{{"root", "30412", "sleep 100"}}));
}

TEST_F(ContainersQueryTest, TakesPodmansEmptyProcessTableForAContainerThatDoesNotRun) {
  engine_->answer(200);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().top("x")); }), ErrorCode::Conflict);
}

TEST_F(ContainersQueryTest, TakesOneSampleOfTheStats) {
  constexpr const char* kStats =
      R"({"pids_stats":{"current":1},"cpu_stats":{"cpu_usage":{"total_usage":40190661},)"
      R"("system_cpu_usage":5988290000000},"memory_stats":{"usage":606208,"limit":25276510208},)"
      R"("networks":{"eth0":{"rx_bytes":90,"tx_bytes":1},"eth1":{"rx_bytes":10,"tx_bytes":2}}})";
  engine_->answer(200, kStats);
  const ContainerStats stats = containers().stats("x");
  EXPECT_EQ(engine_->lines(),
            std::vector<std::string>{"GET /v1.41/containers/x/stats?stream=false&one-shot=true"});
  EXPECT_EQ(stats.cpu_total_ns, 40190661U);
  EXPECT_EQ(stats.cpu_system_ns, 5988290000000U);
  EXPECT_EQ(stats.memory_bytes, 606208U);
  EXPECT_EQ(stats.memory_limit_bytes, 25276510208U);
  EXPECT_EQ(stats.pids, 1U);
  EXPECT_EQ(stats.network_rx_bytes, 100U);
  EXPECT_EQ(stats.network_tx_bytes, 3U);
  EXPECT_EQ(stats.json, kStats);
}

}  // namespace
}  // namespace drydock
