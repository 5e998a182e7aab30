#include "drydock/container/reset.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/observability/log.h"

#include "support/fake_engine.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGone = R"({"message":"No such container: web"})";
const std::string kOldId(64, 'a');
const std::string kNewId(64, 'b');

std::string details(const std::string& id, const std::string& status, const std::string& name = "web") {
  return fmt::format(R"({{"Id":"{}","Name":"/{}","State":{{"Status":"{}","Running":{}}}}})", id, name, status,
                     status == "running");
}

const ContainerSpec kSpec{.image = "web:1"};

/// The old container has the id aaa..., the new one bbb...
class ResetContainerTest : public ::testing::Test {
 protected:
  ResetContainerTest() {
    log::set_sink([](log::Level, std::string_view) {});
  }
  ~ResetContainerTest() override { log::set_sink(nullptr); }

  // Queues the answers to create, start and inspect of the new container, and to its removal.
  ScriptedExchange& answer_fresh(const std::string& status) {
    return engine_->answer(201, fmt::format(R"({{"Id":"{}"}})", kNewId))
        .answer(204)
        .answer(200, details(kNewId, status))
        .always(Method::Delete, kNewId, 204);
  }

  [[nodiscard]] TestContainer reset(const ContainerSpec& spec = kSpec) const {
    return reset_container(client_, "web", spec);
  }

  // Returns what was asked, with the ids as OLD and NEW.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines = engine_->lines();
    for (std::string& line : lines) {
      for (const auto& [id, word] : {std::pair{kOldId, "OLD"}, std::pair{kNewId, "NEW"}}) {
        if (const std::size_t at = line.find(id); at != std::string::npos) {
          line.replace(at, id.size(), word);
        }
      }
      line.erase(line.find("/v1.41"), 6);
    }
    return lines;
  }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ResetContainerTest, StopsChecksRemovesCreatesStartsAndVerifies) {
  engine_->answer(200, details(kOldId, "running"))
      .answer(204)
      .answer(200, details(kOldId, "exited"))
      .answer(204);
  answer_fresh("running");
  const TestContainer fresh = reset();
  EXPECT_EQ(fresh.id(), kNewId);
  EXPECT_EQ(fresh.name(), "web");
  EXPECT_THAT(lines(), ElementsAre("GET /containers/web/json", "POST /containers/OLD/stop?t=10",
                                   "GET /containers/OLD/json", "DELETE /containers/OLD?force=1&v=1",
                                   "POST /containers/create?name=web", "POST /containers/NEW/start",
                                   "GET /containers/NEW/json"));
}

TEST_F(ResetContainerTest, CreatesWhereThereIsNone) {
  engine_->answer(404, kGone);
  answer_fresh("running");
  const TestContainer fresh = reset();
  EXPECT_THAT(lines(), ElementsAre("GET /containers/web/json", "POST /containers/create?name=web",
                                   "POST /containers/NEW/start", "GET /containers/NEW/json"));
}

TEST_F(ResetContainerTest, RemovesByForceWhatDidNotStop) {
  engine_->answer(200, details(kOldId, "running"))
      .answer(500, R"({"message":"cannot stop container"})")
      .answer(200, details(kOldId, "running"))
      .answer(204);
  answer_fresh("running");
  const TestContainer fresh = reset();
  EXPECT_EQ(lines()[3], "DELETE /containers/OLD?force=1&v=1");
}

TEST_F(ResetContainerTest, RemovesByForceWhenTheCheckFails) {
  engine_->answer(200, details(kOldId, "running"))
      .answer(204)
      .answer(500, R"({"message":"devmapper"})")
      .answer(204);
  answer_fresh("running");
  const TestContainer fresh = reset();
  EXPECT_EQ(lines()[3], "DELETE /containers/OLD?force=1&v=1");
}

TEST_F(ResetContainerTest, DoesNotCreateWhatItCouldNotMakeRoomFor) {
  engine_->answer(200, details(kOldId, "exited"))
      .answer(304)
      .answer(200, details(kOldId, "exited"))
      .answer(500, R"({"message":"driver failed to remove root filesystem"})");
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(reset()); }), ErrorCode::ServerError);
  EXPECT_EQ(lines().size(), 4U);
}

TEST_F(ResetContainerTest, FailsAndRemovesWhatIsNotRunningInTheEnd) {
  for (const char* status : {"restarting", "paused", "created", "exited"}) {
    engine_ = std::make_shared<ScriptedExchange>();
    client_ = scripted_client(engine_);
    engine_->answer(404, kGone);
    answer_fresh(status)
        .always(Method::Get, "/logs", 200)
        .always(Method::Get, "/json", 200, details(kNewId, status));
    const auto error = thrown_by<ContainerStartError>([&] { static_cast<void>(reset()); });
    ASSERT_TRUE(error) << status;
    EXPECT_THAT(error->what(), HasSubstr(status));
    EXPECT_EQ(lines().back(), "DELETE /containers/NEW?force=1&v=1") << status;
  }
}

TEST_F(ResetContainerTest, RefusesABadSpecBeforeTheOldOneIsGone) {
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(reset({.image = ""})); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(reset_container(client_, "", kSpec)); }),
            ErrorCode::InvalidArgument);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(ResetContainerTest, LeavesAContainerWhoseIdBeginsWithTheName) {
  engine_->answer(200, details(kOldId, "running", "somebody-elses"));
  answer_fresh("running");
  const TestContainer fresh = reset();
  EXPECT_EQ(lines()[1], "POST /containers/create?name=web");
}

class ResetTest : public ::testing::Test {
 protected:
  [[nodiscard]] TestContainer start(ContainerSpec spec = {.image = "busybox"}) {
    TestContainer container{std::move(spec), client_of(engine_)};
    engine_->clear_lines();
    return container;
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
};

constexpr const char* kRemove = "DELETE /containers/ID?force=1&v=1";

TEST_F(ResetTest, RecreateRemovesFirstAndKeepsTheName) {
  TestContainer container = start({.image = "busybox", .files = {{.path = "/x", .content = "x"}}});
  const ContainerId id = container.id();
  const std::string name = container.name();
  container.reset(reset::Recreate{});
  EXPECT_NE(container.id(), id);
  EXPECT_EQ(container.name(), name);
  EXPECT_THAT(engine_->lines(), ElementsAre(kRemove, "POST /containers/create", "PUT /containers/ID/archive",
                                            "POST /containers/ID/start", "GET /containers/ID/json"));
  EXPECT_EQ(engine_->count(), 1U);
}

TEST_F(ResetTest, RecreateDoesNotPullAgain) {
  TestContainer container = start({.image = "busybox", .pull = PullPolicy::Always});
  container.reset(reset::Recreate{});
  EXPECT_EQ(engine_->lines()[1], "POST /containers/create");
}

TEST_F(ResetTest, HostPortsAreThoseOfTheNewContainer) {
  engine_->published_port = 32768;
  TestContainer container = start({.image = "busybox", .ports = {80}});
  engine_->published_port = 32769;
  container.reset(reset::Recreate{});
  EXPECT_EQ(container.host_port(80), 32769);
}

TEST_F(ResetTest, RestartKeepsTheContainer) {
  TestContainer container = start();
  const ContainerId id = container.id();
  container.reset(reset::Restart{});
  EXPECT_EQ(container.id(), id);
  EXPECT_THAT(engine_->lines(),
              ElementsAre("GET /containers/ID/json", "POST /containers/ID/stop", "GET /containers/ID/logs",
                          "POST /containers/ID/start", "GET /containers/ID/json"));
}

TEST_F(ResetTest, FromSnapshotTakesItsImageAndNotTheFilesAgain) {
  TestContainer container = start({.image = "busybox", .files = {{.path = "/x", .content = "x"}}});
  container.reset(reset::FromSnapshot{.image = "drydock-snapshot:1"});
  EXPECT_EQ(container.spec().image, "drydock-snapshot:1");
  EXPECT_THAT(engine_->lines(), ElementsAre(kRemove, "POST /containers/create", "POST /containers/ID/start",
                                            "GET /containers/ID/json"));
}

TEST_F(ResetTest, RecreateAfterFromSnapshotGoesBackToTheSpec) {
  TestContainer container = start({.image = "busybox", .files = {{.path = "/x", .content = "x"}}});
  container.reset(reset::FromSnapshot{.image = "drydock-snapshot:1"});
  container.reset(reset::Recreate{});
  EXPECT_EQ(container.spec().image, "busybox");
  EXPECT_EQ(container.spec().files.size(), 1U);
}

TEST_F(ResetTest, AFailureAtAnyStepLeavesNothingBehind) {
  using Kind = FakeEngine::Fault::Kind;
  const std::vector<std::pair<Reset, std::vector<const char*>>> cases{
      {reset::Recreate{},
       {"POST /containers/create", "POST /containers/ID/start", "GET /containers/ID/json"}},
      {reset::FromSnapshot{.image = "x"}, {"POST /containers/create", "POST /containers/ID/start"}},
      {reset::Restart{},
       {"GET /containers/ID/json", "POST /containers/ID/stop", "POST /containers/ID/start"}},
      {reset::Exec{.argv = {"true"}}, {"POST /containers/ID/exec"}}};
  for (const auto& [policy, steps] : cases) {
    for (const char* step : steps) {
      for (const Kind kind : {Kind::Refuse, Kind::LateAnswer, Kind::NotSent}) {
        engine_ = std::make_shared<FakeEngine>();
        TestContainer container = start();
        engine_->fail(step, {.kind = kind});
        EXPECT_THROW(container.reset(policy), Error) << step;
        EXPECT_EQ(engine_->count(), 0U) << step;
      }
    }
  }
}

TEST_F(ResetTest, WhatCannotBeRemovedIsNotReplaced) {
  TestContainer container = start();
  const ContainerId id = container.id();
  engine_->refuse("DELETE", 500, "device busy");
  EXPECT_THROW(container.reset(reset::Recreate{}), EngineError);
  EXPECT_EQ(container.id(), id);
  EXPECT_THAT(engine_->lines(), ElementsAre(kRemove));
}

TEST_F(ResetTest, AMovedFromContainerCannotBeReset) {
  TestContainer container = start();
  const TestContainer owner = std::move(container);
  EXPECT_THROW(container.reset(reset::Recreate{}), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
}

TEST(ChangesTest, AreSortedAndLeaveOutWhatWasThereBefore) {
  const auto engine = std::make_shared<ScriptedExchange>();
  engine->answer(201, fmt::format(R"({{"Id":"{}"}})", kNewId))
      .answer(204)
      .answer(200, details(kNewId, "running"))
      .answer(200, R"([{"Path":"/run","Kind":0},{"Path":"/etc","Kind":0}])")
      .answer(200, R"([{"Path":"/run","Kind":0},{"Path":"/tmp/x","Kind":1},{"Path":"/etc","Kind":0},)"
                   R"({"Path":"/bin/y","Kind":2}])")
      .always(Method::Delete, kNewId, 204);
  const TestContainer container{kSpec, scripted_client(engine)};
  const std::vector<FileChange> before = container.changes();
  EXPECT_THAT(before, ElementsAre(FileChange{"/etc", ChangeKind::Modified},
                                  FileChange{"/run", ChangeKind::Modified}));
  EXPECT_THAT(container.changes(before), ElementsAre(FileChange{"/bin/y", ChangeKind::Deleted},
                                                     FileChange{"/tmp/x", ChangeKind::Added}));
}

}  // namespace
}  // namespace drydock
