#include "container/standing_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

#include "support/forked.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;

Deadline soon() {
  return Deadline::in(std::chrono::seconds{20});
}

class StandingCommandTest : public ::testing::Test {
 protected:
  StandingCommand start(std::vector<std::string> argv) {
    return {container_.client(),
            container_.id(),
            {.argv = std::move(argv), .env = {{"GREETING", "hello"}}, .answer_limit = 1 << 20},
            soon()};
  }

  TestContainer container_{{.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}}};
};

TEST_F(StandingCommandTest, AnswersTurnAfterTurnInOneProcess) {
  StandingCommand shell = start({"sh"});
  const std::string pid = shell.ask("echo $$; echo end\n", "end", soon());
  EXPECT_EQ(shell.ask("echo $$; echo end\n", "end", soon()), pid);
  EXPECT_EQ(shell.ask("echo $GREETING; echo end\n", "end", soon()), "hello\n");
  EXPECT_TRUE(shell.usable());
}

TEST_F(StandingCommandTest, EndsATurnAtAWholeLineOnly) {
  StandingCommand shell = start({"sh"});
  EXPECT_EQ(shell.ask("echo 'end of'; echo ' end'; echo; echo end\n", "end", soon()), "end of\n end\n\n");
}

TEST_F(StandingCommandTest, CarriesMoreThanThePipesHoldInBothDirections) {
  StandingCommand cat = start({"cat"});
  const std::string line(999, 'x');
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += line + "\n";
  }
  EXPECT_EQ(cat.ask(text + "end\n", "end", soon()), text);
}

TEST_F(StandingCommandTest, SaysTheLastWordsOfACommandThatEnds) {
  StandingCommand shell = start({"sh"});
  const auto error =
      thrown_by<Error>([&] { (void)shell.ask("echo no more of this >&2; exit 3\n", "end", soon()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("no more of this"));
  EXPECT_FALSE(shell.usable());
}

TEST_F(StandingCommandTest, SaysWhenTheContainerDied) {
  StandingCommand shell = start({"sh"});
  container_.kill();
  const auto error = thrown_by<EngineError>([&] { (void)shell.ask("sleep 100\n", "end", soon()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
}

TEST_F(StandingCommandTest, KnowsThatItHasEndedSinceItsLastTurn) {
  StandingCommand shell = start({"sh"});
  const std::string pid = shell.ask("echo $$; echo end\n", "end", soon());
  EXPECT_TRUE(shell.usable());
  EXPECT_TRUE(container_.exec({"kill", "-9", pid.substr(0, pid.size() - 1)}).ok());
  const Deadline limit = soon();
  while (shell.usable() && !limit.expired()) {
    container_.exec({"true"});
  }
  EXPECT_FALSE(shell.usable());
}

TEST_F(StandingCommandTest, IsNotStartedInAContainerThatDied) {
  container_.kill();
  const auto error = thrown_by<EngineError>([&] { start({"sh"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
}

TEST_F(StandingCommandTest, IsOfNoUseAfterATimeout) {
  StandingCommand shell = start({"sh"});
  EXPECT_THROW((void)shell.ask("echo half\n", "end", Deadline::in(std::chrono::milliseconds{50})),
               TimeoutError);
  EXPECT_FALSE(shell.usable());
}

TEST_F(StandingCommandTest, BoundsATurn) {
  StandingCommand shell = start({"sh"});
  const auto error = thrown_by<Error>([&] { (void)shell.ask("yes\n", "end", soon()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::OutputLimit);
}

TEST_F(StandingCommandTest, IsOfNoUseToAForkedChildAndOutlivesIt) {
  StandingCommand shell = start({"sh"});
  EXPECT_EQ(in_forked_child([&] { return std::string{shell.usable() ? "usable" : "of no use"}; }),
            "of no use");
  EXPECT_EQ(shell.ask("echo still; echo end\n", "end", soon()), "still\n");
}

TEST_F(StandingCommandTest, IsEndedByItsEnd) {
  {
    StandingCommand cat = start({"cat"});
    EXPECT_EQ(cat.ask("end\n", "end", soon()), "");
  }
  container_.wait_for(wait::ExecSucceeds{{"sh", "-c", "! pidof cat"}});
}

}  // namespace
}  // namespace drydock
