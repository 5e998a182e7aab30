#include <memory>
#include <string>

#include <gmock/gmock-matchers.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "drydock/gtest/matchers.h"

#include "support/fake_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::PrintToString;
using ::testing::StartsWith;

template <typename Matcher, typename Value>
std::string explanation(const Matcher& matcher, const Value& value) {
  ::testing::StringMatchResultListener listener;
  ::testing::Matcher<const Value&>{matcher}.MatchAndExplain(value, &listener);
  return listener.str();
}

ContainerState running() {
  return {.status = ContainerStatus::Running, .running = true};
}

ContainerState exited(int code) {
  return {.status = ContainerStatus::Exited, .exit_code = code};
}

ContainerState with_health(Health health) {
  ContainerState state = running();
  state.health = health;
  state.last_health_output = "connection refused\n";
  return state;
}

TEST(ContainerMatchersTest, IsRunningLooksAtTheState) {
  EXPECT_THAT(running(), IsRunning());
  EXPECT_THAT(exited(0), Not(IsRunning()));
  EXPECT_THAT(ContainerDetails{.state = running()}, IsRunning());
  EXPECT_THAT(ContainerDetails{}, Not(IsRunning()));
}

TEST(ContainerMatchersTest, PausedContainerRuns) {
  EXPECT_THAT((ContainerState{.status = ContainerStatus::Paused, .running = true}), IsRunning());
}

TEST(ContainerMatchersTest, IsRunningExplainsHowItEnded) {
  EXPECT_EQ(explanation(IsRunning(), exited(137)), "whose state is exited with exit code 137 (SIGKILL)");
  ContainerState oom = exited(137);
  oom.oom_killed = true;
  EXPECT_EQ(explanation(IsRunning(), oom),
            "whose state is exited with exit code 137, killed for lack of memory");
}

TEST(ContainerMatchersTest, IsHealthyTakesNothingLessThanHealthy) {
  EXPECT_THAT(with_health(Health::Healthy), IsHealthy());
  EXPECT_THAT(with_health(Health::Starting), Not(IsHealthy()));
  EXPECT_THAT(with_health(Health::Unhealthy), Not(IsHealthy()));
  EXPECT_THAT(ContainerDetails{.state = with_health(Health::Healthy)}, IsHealthy());
}

TEST(ContainerMatchersTest, ContainerThatEndedIsNotHealthyWhateverItsLastProbeSaid) {
  ContainerState ended = exited(1);
  ended.health = Health::Healthy;
  EXPECT_THAT(ended, Not(IsHealthy()));
  EXPECT_THAT(explanation(IsHealthy(), ended), HasSubstr("exited with exit code 1"));
}

TEST(ContainerMatchersTest, IsHealthyExplainsTheLastProbe) {
  EXPECT_EQ(explanation(IsHealthy(), with_health(Health::Unhealthy)),
            "whose health is unhealthy, the last probe printed 'connection refused'");
  EXPECT_EQ(explanation(IsHealthy(), running()), "which has no healthcheck");
}

TEST(ContainerMatchersTest, HasLogLineLooksAtWholeLinesOfBothStreams) {
  const Logs logs{.out = "first\nsecond\r\n", .err = "warning: x\n", .all = "first\nwarning: x\nsecond\r\n"};
  EXPECT_THAT(logs, HasLogLine("first"));
  EXPECT_THAT(logs, HasLogLine("second"));
  EXPECT_THAT(logs, HasLogLine(StartsWith("warning")));
  EXPECT_THAT(logs, Not(HasLogLine("warning")));
  EXPECT_THAT(logs, Not(HasLogLine(HasSubstr("first\nsecond"))));
}

TEST(ContainerMatchersTest, LineEndAtTheEndMakesNoEmptyLine) {
  EXPECT_THAT((Logs{.out = "a\n", .all = "a\n"}), Not(HasLogLine("")));
  EXPECT_THAT((Logs{.out = "a\n\nb", .all = "a\n\nb"}), HasLogLine(""));
  EXPECT_THAT(Logs{}, Not(HasLogLine("")));
}

TEST(ContainerMatchersTest, HasLogLineExplainsWithTheEndOfTheLog) {
  const Logs logs{.out = "one\ntwo\n", .all = "one\ntwo\n"};
  EXPECT_EQ(explanation(HasLogLine("three"), logs), "whose log ends with\n    | one\n    | two");
  EXPECT_EQ(explanation(HasLogLine("three"), Logs{}), "whose log is empty");
  EXPECT_EQ(explanation(HasLogLine("two"), logs), "which has the log line 'two'");
}

TEST(ContainerMatchersTest, DescribeWhatIsExpected) {
  EXPECT_EQ(::testing::DescribeMatcher<const TestContainer&>(IsRunning()), "is running");
  EXPECT_EQ(::testing::DescribeMatcher<const TestContainer&>(IsHealthy(), true), "is not healthy");
  EXPECT_EQ(::testing::DescribeMatcher<const Logs&>(HasLogLine("x")),
            R"(has a log line that is equal to "x")");
}

class ContainerMatchersOnEngineTest : public ::testing::Test {
 protected:
  TestContainer start() { return TestContainer({.image = "cache:1"}, client_of(engine_)); }

  std::shared_ptr<FakeEngine> engine_{std::make_shared<FakeEngine>()};
};

TEST_F(ContainerMatchersOnEngineTest, AskTheEngine) {
  engine_->log = "Ready\n";
  const TestContainer container = start();
  EXPECT_THAT(container, AllOf(IsRunning(), HasLogLine("Ready")));
  EXPECT_THAT(container, Not(IsHealthy()));
}

TEST_F(ContainerMatchersOnEngineTest, FailureShowsContainerStateAndLog) {
  engine_->log = "last words\n";
  const TestContainer container = start();
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(container, IsHealthy()), "of image 'cache:1'");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(container, IsHealthy()), "no healthcheck");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(container, IsHealthy()), "| last words");
}

TEST_F(ContainerMatchersOnEngineTest, ContainerThatIsGoneMatchesNothing) {
  TestContainer container = start();
  container.client().containers().remove(container.id());
  EXPECT_THAT(container, AllOf(Not(IsRunning()), Not(IsHealthy())));
  EXPECT_THAT(explanation(IsRunning(), container), HasSubstr("gone"));
}

TEST_F(ContainerMatchersOnEngineTest, EngineThatRefusesIsNoAnswer) {
  const TestContainer container = start();
  engine_->refuse("GET /containers/ID/json", 500, "no");
  EXPECT_THROW(EXPECT_THAT(container, Not(IsRunning())), EngineError);
}

TEST_F(ContainerMatchersOnEngineTest, PrintingAsksNothing) {
  TestContainer container = start();
  engine_->clear_lines();
  EXPECT_THAT(PrintToString(container), HasSubstr(container.name()));
  EXPECT_TRUE(engine_->lines().empty());
  const TestContainer other = std::move(container);
  EXPECT_EQ(PrintToString(container),
            "a TestContainer that was moved from");  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace drydock
