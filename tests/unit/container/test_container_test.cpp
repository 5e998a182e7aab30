#include "drydock/container/test_container.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/observability/log.h"

#include "container/registry.h"
#include "support/fake_engine.h"
#include "support/forked.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Fault = FakeEngine::Fault;

constexpr const char* kRemove = "DELETE /containers/ID?force=1&v=1";

class TestContainerTest : public ::testing::Test {
 protected:
  TestContainerTest() {
    log::set_sink([this](log::Level, std::string_view line) { reports_.emplace_back(line); });
  }
  ~TestContainerTest() override { log::set_sink(nullptr); }

  [[nodiscard]] TestContainer start(ContainerSpec spec = {.image = "busybox"}) const {
    return TestContainer{std::move(spec), client_of(engine_)};
  }

  // Returns the error of a start that must fail.
  template <typename Expected = Error>
  Expected failure_of(const ContainerSpec& spec = {.image = "busybox"}) const {
    try {
      const TestContainer container = start(spec);
    } catch (const Expected& error) {
      return error;
    }
    throw std::logic_error("the start did not fail");
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  std::vector<std::string> reports_;
};

TEST_F(TestContainerTest, PlainLifecycleIsFourRequests) {
  { const TestContainer container = start(); }
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create", "POST /containers/ID/start",
                                            "GET /containers/ID/json", kRemove));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, CarriesItsLabelsAndAUniqueName) {
  const TestContainer first = start();
  const TestContainer second = start();
  const auto standing = engine_->objects("containers");
  ASSERT_EQ(standing.size(), 2U);
  for (const auto& [id, object] : standing) {
    for (const char* label : {"drydock.session", "drydock.owner", "drydock.nonce", "drydock.created"}) {
      EXPECT_TRUE(object.labels.contains(label)) << label;
    }
  }
  EXPECT_NE(first.name(), second.name());
  EXPECT_THAT(first.name(), StartsWith("drydock-"));
}

TEST_F(TestContainerTest, RefusesABadSpecBeforeAnythingIsSent) {
  EXPECT_EQ(failure_of({.image = ""}).code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(TestContainerTest, PullsAMissingImageAndCreatesAgain) {
  engine_->has_image = false;
  { const TestContainer container = start(); }
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create", "POST /images/create",
                                            "GET /images/busybox/json", "POST /containers/create",
                                            "POST /containers/ID/start", "GET /containers/ID/json", kRemove));
}

TEST_F(TestContainerTest, HostAccessAsksOnceForTheKindOfEngine) {
  const Client client = client_of(engine_);
  const ContainerSpec spec{.image = "busybox", .host_access = {.enabled = true, .env = {{"H", "{host}"}}}};
  { const TestContainer first{spec, client}; }
  EXPECT_THAT(engine_->lines(), ElementsAre("GET /version", "GET /info", "POST /containers/create",
                                            "POST /containers/ID/start", "GET /containers/ID/json", kRemove));
  engine_->clear_lines();
  const TestContainer second{spec, client};
  EXPECT_EQ(engine_->lines().front(), "POST /containers/create");
  EXPECT_THAT(engine_->objects("containers").at(second.id()).body,
              AllOf(HasSubstr(R"("ExtraHosts":["host.docker.internal:host-gateway"])"),
                    HasSubstr(R"("Env":["H=host.docker.internal"])")));
}

TEST_F(TestContainerTest, HostAccessIsLeftToDockerDesktop) {
  engine_->info_json = R"({"OperatingSystem":"Docker Desktop"})";
  const TestContainer container = start({.image = "busybox", .host_access = {.enabled = true}});
  EXPECT_THAT(engine_->objects("containers").at(container.id()).body,
              ::testing::Not(HasSubstr("ExtraHosts")));
}

TEST_F(TestContainerTest, ABadSpecWithHostAccessIsRefusedBeforeAnythingIsAsked) {
  EXPECT_EQ(failure_of({.image = "", .host_access = {.enabled = true}}).code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(TestContainerTest, AlwaysPullsFirst) {
  { const TestContainer container = start({.image = "busybox", .pull = PullPolicy::Always}); }
  EXPECT_THAT(engine_->lines(),
              ElementsAre("POST /images/create", "GET /images/busybox/json", "POST /containers/create",
                          "POST /containers/ID/start", "GET /containers/ID/json", kRemove));
}

TEST_F(TestContainerTest, NeverPullsWhenToldNotTo) {
  engine_->has_image = false;
  const auto error = failure_of({.image = "nowhere:1", .pull = PullPolicy::Never});
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_THAT(error.what(), HasSubstr("nowhere:1"));
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create"));
}

TEST_F(TestContainerTest, A404AboutSomethingElseIsNoReasonToPull) {
  engine_->refuse("POST /containers/create", 404, "network nowhere not found");
  EXPECT_EQ(failure_of().code(), ErrorCode::NotFound);
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create"));
}

TEST_F(TestContainerTest, JoinsNetworksAndCopiesFilesBeforeTheStart) {
  {
    const TestContainer container = start({.image = "busybox",
                                           .files = {{.path = "/etc/app.conf", .content = "x"}},
                                           .networks = {{.network = "a"}, {.network = "b"}}});
  }
  EXPECT_THAT(engine_->lines(),
              ElementsAre("POST /containers/create", "POST /networks/b/connect", "PUT /containers/ID/archive",
                          "POST /containers/ID/start", "GET /containers/ID/json", kRemove));
}

TEST_F(TestContainerTest, FailureAtAnyStepLeavesNothingBehind) {
  const ContainerSpec spec{.image = "busybox",
                           .files = {{.path = "/etc/app.conf", .content = "x"}},
                           .networks = {{.network = "a"}, {.network = "b"}}};
  for (const char* step : {"POST /networks/b/connect", "PUT /containers/ID/archive",
                           "POST /containers/ID/start", "GET /containers/ID/json"}) {
    for (const Fault::Kind kind :
         {Fault::Kind::Refuse, Fault::Kind::LoseAnswer, Fault::Kind::LateAnswer, Fault::Kind::NotSent}) {
      engine_ = std::make_shared<FakeEngine>();
      engine_->fail(step, {.kind = kind});
      EXPECT_THROW((void)start(spec), Error) << step;
      EXPECT_EQ(engine_->count(), 0U) << step;
      EXPECT_EQ(engine_->lines().back(), kRemove) << step;
    }
  }
}

TEST_F(TestContainerTest, RefusalsSayWhereItWasMadeAndHowToDoItByHand) {
  engine_->refuse("POST /containers/ID/start", 500, "driver failed: port is already allocated");
  const auto error = failure_of<EngineError>();
  EXPECT_EQ(error.code(), ErrorCode::PortInUse);
  EXPECT_THAT(error.where().file, HasSubstr("test_container_test.cpp"));
  EXPECT_THAT(error.what(), AllOf(HasSubstr("test_container_test.cpp"), HasSubstr("docker run")));
}

TEST_F(TestContainerTest, AnEarlyExitIsReadBeforeItIsRemoved) {
  engine_->exits_at_start = true;
  engine_->exit_code = 3;
  engine_->oom_killed = true;
  engine_->log = "cannot open config\n";
  const auto error = failure_of<ContainerStartError>();
  EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
  EXPECT_EQ(error.evidence().state.exit_code, 3);
  EXPECT_TRUE(error.evidence().state.oom_killed);
  EXPECT_EQ(error.evidence().log_tail, "cannot open config\n");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("exit code 3"), HasSubstr("cannot open config")));
  EXPECT_THAT(engine_->lines(),
              ElementsAre("POST /containers/create", "POST /containers/ID/start", "GET /containers/ID/json",
                          "GET /containers/ID/json", "GET /containers/ID/logs", kRemove));
}

TEST_F(TestContainerTest, EvidenceThatCannotBeReadDoesNotHideTheFailure) {
  engine_->exits_at_start = true;
  engine_->exit_code = 7;
  engine_->refuse("GET /containers/ID/logs", 500, "disk full");
  const auto error = failure_of<ContainerStartError>();
  EXPECT_EQ(error.evidence().state.exit_code, 7);
  EXPECT_THAT(error.evidence().problem, HasSubstr("disk full"));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, AnExceptionOfTheUsersOwnRemovesIt) {
  struct NotAStandardException {};
  const wait::Custom throws{.ready = [](const TestContainer&) -> bool { throw NotAStandardException{}; }};
  EXPECT_ANY_THROW(
      (void)start({.image = "busybox", .ready = {throws}, .ready_timeout = std::chrono::milliseconds{50}}));
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, ACustomConditionEndsTheWaitOnBadInput) {
  int calls = 0;
  const wait::Custom refuses{.name = "set-up", .ready = [&](const TestContainer&) -> bool {
                               ++calls;
                               throw InvalidArgumentError("the key 'a b' cannot be set");
                             }};
  const auto error = failure_of<ContainerStartError>({.image = "busybox", .ready = {refuses}});
  EXPECT_EQ(error.code(), ErrorCode::NotReady);
  EXPECT_THAT(error.what(), HasSubstr("the key 'a b' cannot be set"));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, CustomConditionsSeeTheWholeContainer) {
  engine_->published_port = 32768;
  std::uint16_t seen = 0;
  const wait::Custom custom{.ready = [&](const TestContainer& container) {
    seen = container.host_port(80);
    return true;
  }};
  const TestContainer container = start({.image = "busybox", .ports = {80}, .ready = {custom}});
  EXPECT_EQ(seen, 32768);
}

TEST_F(TestContainerTest, ACreateWhoseAnswerWasLostIsTakenOver) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::LoseAnswer});
  {
    const TestContainer container = start();
    EXPECT_TRUE(engine_->objects("containers").contains(container.id()));
  }
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create", "GET /containers/json",
                                            "POST /containers/ID/start", "GET /containers/ID/json", kRemove));
}

TEST_F(TestContainerTest, ACreateThatCameTooLateIsRemoved) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::LateAnswer});
  EXPECT_EQ(failure_of().code(), ErrorCode::Timeout);
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, ACreateThatWasNotSentIsNotLookedFor) {
  engine_->fail("POST /containers/create", {.kind = Fault::Kind::NotSent});
  EXPECT_EQ(failure_of().code(), ErrorCode::Connection);
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create"));
}

TEST_F(TestContainerTest, HostPortsAreReadAgainAfterARestart) {
  engine_->published_port = 32768;
  TestContainer container = start({.image = "busybox", .ports = {80}});
  EXPECT_EQ(container.host_port(80), 32768);
  engine_->published_port = 32769;
  EXPECT_EQ(container.host_port(80), 32768) << "no request is made for it";
  container.restart();
  EXPECT_EQ(container.host_port(80), 32769);
  EXPECT_EQ(container.address(80), container.host() + ":32769");
}

TEST_F(TestContainerTest, AnUnpublishedPortIsNamedWithThoseThatAre) {
  engine_->published_port = 32768;
  const TestContainer container = start({.image = "busybox", .ports = {80}});
  try {
    (void)container.host_port(443);
    FAIL() << "no error";
  } catch (const InvalidArgumentError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("443/tcp"), HasSubstr("80/tcp")));
  }
  EXPECT_THROW((void)container.host_port({80, Protocol::Udp}), InvalidArgumentError);
}

TEST_F(TestContainerTest, MovingMovesTheOwnership) {
  TestContainer first = start();
  const ContainerId id = first.id();
  {
    const TestContainer second = std::move(first);
    EXPECT_EQ(second.id(), id);
    EXPECT_THROW((void)first.id(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
    EXPECT_THROW((void)first.exec({"true"}), InvalidArgumentError);
    EXPECT_THROW(first.remove(), InvalidArgumentError);
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, AssignmentRemovesWhatWasHeld) {
  TestContainer container = start();
  const ContainerId first = container.id();
  container = start();
  EXPECT_FALSE(engine_->objects("containers").contains(first));
  EXPECT_TRUE(engine_->objects("containers").contains(container.id()));
}

TEST_F(TestContainerTest, RemoveRemovesOnce) {
  {
    TestContainer container = start();
    engine_->clear_lines();
    EXPECT_TRUE(container.remove());
    EXPECT_FALSE(container.remove());
  }
  EXPECT_THAT(engine_->lines(), ElementsAre(kRemove));
}

TEST_F(TestContainerTest, RemoveThrowsWhatTheDestructorThenTriesAgain) {
  {
    TestContainer container = start();
    engine_->refuse("DELETE", 500, "device busy");
    EXPECT_THROW(container.remove(), EngineError);
    EXPECT_EQ(engine_->count(), 1U);
  }
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, ReleasedContainersStay) {
  ContainerId id;
  {
    TestContainer container = start();
    id = std::move(container).release();
    EXPECT_THROW((void)container.id(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
  }
  Registry::of_this_process().drain();
  EXPECT_TRUE(engine_->objects("containers").contains(id));
}

TEST_F(TestContainerTest, WhatTheDestructorCannotRemoveIsReportedAndDrained) {
  engine_->refuse("DELETE", 500, "device busy");
  std::string name;
  {
    const TestContainer container = start();
    name = container.name();
  }
  EXPECT_EQ(engine_->count(), 1U);
  EXPECT_THAT(reports_, Contains(AllOf(HasSubstr(name), HasSubstr("device busy"), HasSubstr("docker rm"))));
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->count(), 0U);
}

TEST_F(TestContainerTest, TheDrainRemovesWhatNoDestructorReached) {
  TestContainer container = start();
  Registry::of_this_process().drain();
  EXPECT_EQ(engine_->count(), 0U);
  EXPECT_FALSE(container.remove()) << "it is not removed twice";
  EXPECT_EQ(engine_->lines().back(), kRemove);
}

TEST_F(TestContainerTest, WhatTheDrainCannotRemoveIsNotTriedAgain) {
  {
    const TestContainer container = start();
    engine_->refuse("DELETE", 500, "device busy");
    Registry::of_this_process().drain();
    engine_->clear_lines();
  }
  EXPECT_THAT(engine_->lines(), IsEmpty());
  EXPECT_THAT(reports_, Contains(HasSubstr("left to the watchdog")));
}

TEST_F(TestContainerTest, AForkedChildRemovesNothing) {
  TestContainer container = start();
  engine_->clear_lines();
  // The fake engine is copied with the child: what it was asked there is told by the child.
  const std::string asked = in_forked_child([&] {
    EXPECT_THROW(container.remove(), InvalidArgumentError);
    { const TestContainer copy = std::move(container); }
    Registry::of_this_process().drain();
    return std::to_string(engine_->lines().size());
  });
  EXPECT_EQ(asked, "0");
  EXPECT_TRUE(container.remove());
}

TEST_F(TestContainerTest, CreateContainerLeavesItToTheCaller) {
  const ContainerId id = create_container(client_of(engine_), {.image = "busybox"});
  EXPECT_THAT(engine_->lines(), ElementsAre("POST /containers/create"));
  EXPECT_TRUE(engine_->objects("containers").contains(id));
}

}  // namespace
}  // namespace drydock
