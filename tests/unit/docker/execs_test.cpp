#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class ExecsTest : public testing::Test {
 protected:
  [[nodiscard]] Execs execs() const { return client_.execs(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ExecsTest, CreatesWithNoMoreThanIsAskedFor) {
  engine_->answer(201, R"({"Id":"e1"})");
  EXPECT_EQ(execs().create("web", {.argv = {"echo", "a b"}}), "e1");
  EXPECT_EQ(engine_->only_request().target, "/v1.41/containers/web/exec");
  EXPECT_EQ(
      engine_->only_request().body,
      R"({"AttachStderr":true,"AttachStdin":false,"AttachStdout":true,"Cmd":["echo","a b"],"Tty":false})");
}

TEST_F(ExecsTest, CreatesWithEverything) {
  engine_->answer(201, R"({"Id":"e1"})");
  execs().create("web", {.argv = {"id"},
                         .env = {{"A", "1"}, {"B", "x=y"}},
                         .user = "1000:1000",
                         .working_dir = "/tmp",
                         .privileged = true,
                         .tty = true,
                         .attach_stdin = true,
                         .attach_stdout = false,
                         .attach_stderr = false});
  EXPECT_EQ(engine_->only_request().body,
            R"({"AttachStderr":false,"AttachStdin":true,"AttachStdout":false,"Cmd":["id"],)"
            R"("Env":["A=1","B=x=y"],"Privileged":true,"Tty":true,"User":"1000:1000","WorkingDir":"/tmp"})");
}

TEST_F(ExecsTest, RepairsArgumentsThatAreNoUtf8) {
  engine_->answer(201, R"({"Id":"e1"})");
  execs().create("web", {.argv = {"\xff"}});
  EXPECT_NE(engine_->only_request().body.find("[\"\xEF\xBF\xBD\"]"), std::string::npos);
}

TEST_F(ExecsTest, RefusesWhatCannotRunAndNamesEveryFaultAtOnce) {
  const auto error = thrown_by<InvalidArgumentError>([&] {
    execs().create("web", {.argv = {std::string{"a\0b", 3}},
                           .env = {{"", "x"}, {"BIG", std::string(128 << 10, 'x')}, {"A=B", "x"}},
                           .working_dir = "relative"});
  });
  ASSERT_TRUE(error);
  const std::string text = error->what();
  for (const char* part : {"argument 0", "'BIG'", "'A=B'", "''", "'relative'"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
  }
  EXPECT_TRUE(engine_->records().empty());
}

TEST_F(ExecsTest, BoundsOneStringAsLinuxDoes) {
  constexpr std::size_t kLongest = (128U << 10) - 1;
  engine_->answer(201, R"({"Id":"e1"})").answer(201, R"({"Id":"e1"})");
  EXPECT_NO_THROW(execs().create("web", {.argv = {std::string(kLongest, 'x')}}));
  EXPECT_NO_THROW(execs().create("web", {.argv = {"x"}, .env = {{"A", std::string(kLongest - 2, 'x')}}}));
  EXPECT_EQ(code_thrown_by([&] { execs().create("web", {.argv = {std::string(kLongest + 1, 'x')}}); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([&] {
              execs().create("web", {.argv = {"x"}, .env = {{"A", std::string(kLongest - 1, 'x')}}});
            }),
            ErrorCode::InvalidArgument);
}

TEST_F(ExecsTest, RefusesAnEmptyCommand) {
  EXPECT_EQ(code_thrown_by([&] { execs().create("web", {}); }), ErrorCode::InvalidArgument);
}

TEST_F(ExecsTest, TellsThatTheContainerDoesNotRun) {
  engine_->answer(409, R"({"message":"Container 0ef0e484 is not running"})");
  EXPECT_EQ(code_thrown_by([&] { execs().create("web", {.argv = {"true"}}); }), ErrorCode::Conflict);
}

TEST_F(ExecsTest, StartsByUpgradeAndHandsTheStreamOut) {
  const auto record = engine_->answer_upgrade({ScriptedDuplex::Bytes{"hello"}});
  const std::unique_ptr<Duplex> stream = execs().start("e1", true);
  ASSERT_TRUE(stream);
  EXPECT_EQ(engine_->records().front().kind, ScriptedExchange::Kind::Upgrade);
  EXPECT_EQ(engine_->only_request().target, "/v1.41/exec/e1/start");
  EXPECT_EQ(engine_->only_request().body, R"({"Detach":false,"Tty":true})");
  stream->write("in");
  stream->close_write();
  EXPECT_EQ(record->written, "in");
  EXPECT_TRUE(record->write_closed);
}

TEST_F(ExecsTest, TurnsARefusedUpgradeIntoAnError) {
  engine_->answer(409, R"({"message":"Container 0ef0e484 is not running"})").answer(200, "plain");
  EXPECT_EQ(code_thrown_by([&] { execs().start("e1", false); }), ErrorCode::Conflict);
  EXPECT_EQ(code_thrown_by([&] { execs().start("e1", false); }), ErrorCode::Protocol);
}

TEST_F(ExecsTest, StartsDetached) {
  engine_->answer(200);
  execs().start_detached("e1", false);
  EXPECT_EQ(engine_->records().front().kind, ScriptedExchange::Kind::Send);
  EXPECT_EQ(engine_->only_request().body, R"({"Detach":true,"Tty":false})");
}

TEST_F(ExecsTest, KnowsTheExitCodeOnlyOfWhatHasEnded) {
  engine_->answer(200, R"({"ID":"e1","ContainerID":"c1","Running":true,"ExitCode":null,"Pid":42})")
      .answer(200, R"({"ID":"e1","Running":true,"ExitCode":0,"Pid":42})")  // Podman
      .answer(200, R"({"ID":"e1","Running":false,"ExitCode":null,"Pid":0})")
      .answer(200, R"({"ID":"e1","Running":false,"ExitCode":137,"Pid":42})");
  const ExecDetails running = execs().inspect("e1");
  EXPECT_EQ(running.id, "e1");
  EXPECT_EQ(running.container_id, "c1");
  EXPECT_TRUE(running.running);
  EXPECT_EQ(running.pid, 42);
  EXPECT_FALSE(running.exit_code);
  EXPECT_FALSE(execs().inspect("e1").exit_code);
  EXPECT_FALSE(execs().inspect("e1").exit_code);
  EXPECT_EQ(execs().inspect("e1").exit_code, 137);
  EXPECT_EQ(engine_->lines().front(), "GET /v1.41/exec/e1/json");
}

TEST_F(ExecsTest, Resizes) {
  engine_->answer(200);
  execs().resize("e1", 24, 80);
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"POST /v1.41/exec/e1/resize?h=24&w=80"});
}

}  // namespace
}  // namespace drydock
