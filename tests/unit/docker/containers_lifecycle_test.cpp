#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "docker/json.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::seconds;

constexpr const char* kInProgress = R"({"message":"removal of container web is already in progress"})";
constexpr const char* kGone = R"({"message":"No such container: web"})";

class ContainersLifecycleTest : public testing::Test {
 protected:
  [[nodiscard]] Containers containers() const { return client_.containers(); }
  [[nodiscard]] std::string only_line() const {
    const Request request = engine_->only_request();
    return std::string{to_string(request.method)} + " " + request.target;
  }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ContainersLifecycleTest, CreatesWithNameAndPlatformInTheQueryAndTheBodyAsGiven) {
  engine_->answer(201, R"({"Id":"53499f201eb4","Warnings":["no swap"]})");
  const CreatedContainer created =
      containers().create({.name = "web.1", .platform = "linux/arm64", .body = R"({"Image":"x"})"});
  EXPECT_EQ(created.id, "53499f201eb4");
  EXPECT_EQ(created.warnings, std::vector<std::string>{"no swap"});
  EXPECT_EQ(only_line(), "POST /v1.41/containers/create?name=web.1&platform=linux%2Farm64");
  EXPECT_EQ(engine_->only_request().body, R"({"Image":"x"})");
  EXPECT_EQ(engine_->only_request().content_type, "application/json");
}

TEST_F(ContainersLifecycleTest, CreatesWithoutANameWhenNoneIsGiven) {
  engine_->answer(201, R"({"Id":"5349","Warnings":null})");
  EXPECT_TRUE(containers().create({.body = "{}"}).warnings.empty());
  EXPECT_EQ(only_line(), "POST /v1.41/containers/create");
}

TEST_F(ContainersLifecycleTest, RefusesNamesThatTheEngineWouldRefuse) {
  for (const std::string& name : {std::string{"a"}, std::string{"-ab"}, std::string{"a b"},
                                  std::string{"a/b"}, std::string{"\xC3\xA9t"}, std::string{"a\nb"}}) {
    EXPECT_EQ(code_thrown_by([&] { containers().create({.name = name}); }), ErrorCode::InvalidArgument)
        << name;
    EXPECT_EQ(code_thrown_by([&] { containers().rename("web", name); }), ErrorCode::InvalidArgument) << name;
  }
  EXPECT_TRUE(engine_->records().empty());
}

TEST_F(ContainersLifecycleTest, CallsACreateWithoutAnIdAProtocolError) {
  engine_->answer(201, "{}");
  EXPECT_EQ(code_thrown_by([&] { containers().create({.body = "{}"}); }), ErrorCode::Protocol);
}

TEST_F(ContainersLifecycleTest, SendsEachVerbToItsPath) {
  for (int i = 0; i < 6; ++i) {
    engine_->answer(204);
  }
  containers().start("web");
  containers().kill("web", "SIGRTMIN+3");
  containers().restart("web", seconds{2});
  containers().pause("web");
  containers().unpause("web");
  containers().rename("web", "web2");
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{
                "POST /v1.41/containers/web/start", "POST /v1.41/containers/web/kill?signal=SIGRTMIN%2B3",
                "POST /v1.41/containers/web/restart?t=2", "POST /v1.41/containers/web/pause",
                "POST /v1.41/containers/web/unpause", "POST /v1.41/containers/web/rename?name=web2"}));
}

TEST_F(ContainersLifecycleTest, TakesAStartOfARunningContainerForDone) {
  engine_->answer(304);
  EXPECT_NO_THROW(containers().start("web"));
}

TEST_F(ContainersLifecycleTest, SaysWhetherStopFoundItRunning) {
  engine_->answer(204).answer(304);
  EXPECT_TRUE(containers().stop("web", seconds{3}));
  EXPECT_FALSE(containers().stop("web", seconds{0}));
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{"POST /v1.41/containers/web/stop?t=3",
                                                        "POST /v1.41/containers/web/stop?t=0"}));
}

TEST_F(ContainersLifecycleTest, GivesStopAndRestartTheGraceOnTopOfTheRequestTimeout) {
  engine_->answer(204).answer(204);
  const Client client = scripted_client(engine_, {.request_timeout = seconds{5}});
  client.containers().stop("web", seconds{1000});
  client.containers().restart("web", seconds{1000});
  for (const ScriptedExchange::Recorded& recorded : engine_->records()) {
    EXPECT_GT(recorded.deadline.remaining(), seconds{1000});
    EXPECT_LE(recorded.deadline.remaining(), seconds{1005});
  }
}

TEST_F(ContainersLifecycleTest, RefusesANegativeGraceForTheEngineWouldHang) {
  EXPECT_EQ(code_thrown_by([&] { containers().stop("web", seconds{-1}); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { containers().restart("web", seconds{-1}); }), ErrorCode::InvalidArgument);
  EXPECT_TRUE(engine_->records().empty());
}

TEST_F(ContainersLifecycleTest, RefusesWhatIsNoSignal) {
  for (const char* signal : {"", "SIG KILL", "-9", "KILL;", "SIG\r\nKILL"}) {
    EXPECT_EQ(code_thrown_by([&] { containers().kill("web", signal); }), ErrorCode::InvalidArgument)
        << signal;
  }
  EXPECT_TRUE(engine_->records().empty());
}

TEST_F(ContainersLifecycleTest, RefusesAnEmptyContainerName) {
  EXPECT_EQ(code_thrown_by([&] { containers().start(""); }), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] { containers().remove(".."); }), ErrorCode::InvalidArgument);
  EXPECT_TRUE(engine_->records().empty());
}

TEST_F(ContainersLifecycleTest, WaitsForTheConditionWithoutALimitOfItsOwn) {
  engine_->answer(200, R"({"Error":null,"StatusCode":137})")
      .answer(200, R"({"StatusCode":0})")
      .answer(200, R"({"Error":{"Message":"container failed to be removed"},"StatusCode":1})");
  EXPECT_EQ(containers().wait("web").exit_code, 137);
  EXPECT_EQ(containers().wait("web", WaitUntil::NextExit).exit_code, 0);
  EXPECT_EQ(containers().wait("web", WaitUntil::Removed).error, "container failed to be removed");
  EXPECT_EQ(engine_->lines(),
            (std::vector<std::string>{"POST /v1.41/containers/web/wait?condition=not-running",
                                      "POST /v1.41/containers/web/wait?condition=next-exit",
                                      "POST /v1.41/containers/web/wait?condition=removed"}));
  for (const ScriptedExchange::Recorded& recorded : engine_->records()) {
    EXPECT_FALSE(recorded.deadline.is_set());
  }
}

TEST_F(ContainersLifecycleTest, CallsAWaitWithoutAnAnswerAProtocolError) {
  engine_->answer(200, "");  // what is left when the engine is killed meanwhile
  EXPECT_EQ(code_thrown_by([&] { containers().wait("web"); }), ErrorCode::Protocol);
}

TEST_F(ContainersLifecycleTest, RemovesByForceWithVolumesUnlessToldOtherwise) {
  engine_->answer(204).answer(204);
  EXPECT_TRUE(containers().remove("web"));
  EXPECT_TRUE(containers().remove("web", {.force = false, .volumes = false}));
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{"DELETE /v1.41/containers/web?force=1&v=1",
                                                        "DELETE /v1.41/containers/web?force=0&v=0"}));
}

TEST_F(ContainersLifecycleTest, SaysThatThereWasNothingToRemove) {
  engine_->answer(404, kGone);
  EXPECT_FALSE(containers().remove("web"));
}

TEST_F(ContainersLifecycleTest, PollsAnothersRemovalToItsEnd) {
  engine_->answer(409, kInProgress).answer(409, kInProgress).answer(404, kGone);
  EXPECT_FALSE(containers().remove("web"));
  EXPECT_EQ(engine_->left(), 0U);
}

TEST_F(ContainersLifecycleTest, TakesOverWhenAnothersRemovalFailed) {
  engine_->answer(409, kInProgress).answer(204);
  EXPECT_TRUE(containers().remove("web"));
}

TEST_F(ContainersLifecycleTest, GivesUpAnothersRemovalAtTheDeadline) {
  engine_->answer(409, kInProgress);
  const auto error =
      thrown_by<TimeoutError>([&] { containers().remove("web", {}, Deadline::in(seconds{-1})); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->resource(), "web");
}

TEST_F(ContainersLifecycleTest, ForcesAgainWhenPodmanFoundTheContainerEnding) {
  constexpr const char* kEnding = R"({"message":"sending SIGKILL to container: container state improper"})";
  engine_->answer(500, kEnding).answer(204).answer(500, kEnding);
  EXPECT_TRUE(containers().remove("web"));
  EXPECT_EQ(code_thrown_by([&] { containers().remove("web", {.force = false}); }), ErrorCode::Conflict);
}

TEST_F(ContainersLifecycleTest, DoesNotPollAnyOtherConflict) {
  engine_->answer(409, R"({"message":"You cannot remove a running container. Stop it first"})");
  EXPECT_EQ(code_thrown_by([&] { containers().remove("web", {.force = false}); }), ErrorCode::Conflict);
}

TEST_F(ContainersLifecycleTest, PutsArchivesAsTar) {
  engine_->answer(200);
  const std::string tar{"tar\0bytes", 9};
  containers().put_archive("web", "/etc/a b", tar);
  EXPECT_EQ(only_line(), "PUT /v1.41/containers/web/archive?path=%2Fetc%2Fa%20b");
  EXPECT_EQ(engine_->only_request().content_type, "application/x-tar");
  EXPECT_EQ(engine_->only_request().body, tar);
}

TEST_F(ContainersLifecycleTest, NamesOperationAndResourceToTheExchange) {
  engine_->answer(204);
  containers().start(std::string(64, 'a'));
  EXPECT_EQ(engine_->only_request().operation, "container start");
  EXPECT_EQ(engine_->only_request().resource, std::string(12, 'a'));
}

TEST_F(ContainersLifecycleTest, BoundsACallByTheRequestTimeout) {
  engine_->answer(204).answer(204);
  const Client client = scripted_client(engine_, {.request_timeout = seconds{5}});
  client.containers().start("web");
  client.containers().start("web", Deadline::in(seconds{500}));
  EXPECT_LE(engine_->records()[0].deadline.remaining(), seconds{5});
  EXPECT_GT(engine_->records()[1].deadline.remaining(), seconds{400});
}

TEST_F(ContainersLifecycleTest, PassesTheExchangesFailuresOn) {
  engine_->fail(ConnectionError("the connection broke", true));
  const auto error = thrown_by<ConnectionError>([&] { containers().start("web"); });
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->request_sent());
}

}  // namespace
}  // namespace drydock
