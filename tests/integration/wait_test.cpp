// Readiness conditions against real containers: met, not met (says what it saw), and the container's early
// death, which ends every wait at once.
#include <chrono>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "container/waiter.h"
#include "support/engine_container.h"

namespace drydock {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Conditions = std::vector<wait::Condition>;

WaitTarget target_of(const EngineContainer& container) {
  const ContainerDetails details = container.inspect();
  return {.client = container.client(),
          .id = container.id(),
          .label = details.name,
          .tty = details.tty,
          .ports = details.ports,
          .host = container.client().published_host(),
          .ip_address = details.networks.empty() ? "" : details.networks.front().ip_address};
}

EngineContainer::Options script(const std::string& text) {
  return {.command = {"sh", "-c", text}};
}

EngineContainer::Options listener(int after_ms) {
  return {.image = "drydock-test/probe:1",
          .command = {"listen", "--port", "8080", "--after-ms", std::to_string(after_ms)},
          .ports = {8080}};
}

/// Waits, which must fail, and returns the failure.
WaitFailed fail_to_await(const EngineContainer& container, const Conditions& conditions,
                         Clock::duration limit = 500ms) {
  try {
    await(target_of(container), conditions, Deadline::in(limit));
  } catch (const WaitFailed& failure) {
    EXPECT_THAT(failure.what(), HasSubstr(failure.condition()));
    EXPECT_THAT(failure.what(), HasSubstr(failure.last_seen()));
    return failure;
  }
  throw std::logic_error("the condition was met");
}

/// Waits, which must succeed, and returns the time it took.
Clock::duration time_of(const EngineContainer& container, const Conditions& conditions,
                        Clock::duration limit = 20s) {
  const auto start = Clock::now();
  await(target_of(container), conditions, Deadline::in(limit));
  return Clock::now() - start;
}

/// Expects that the wait ends long before its deadline with the container's exit code 7.
void expect_early_end(const wait::Condition& condition,
                      EngineContainer::Options options = script("sleep 0.5; exit 7")) {
  const EngineContainer container{options};
  const auto start = Clock::now();
  const WaitFailed failure = fail_to_await(container, {condition}, 60s);
  EXPECT_LT(Clock::now() - start, 15s);
  EXPECT_EQ(failure.code(), ErrorCode::ContainerExited);
  ASSERT_TRUE(failure.state());
  EXPECT_EQ(failure.state()->exit_code, 7);
  EXPECT_THAT(failure.what(), HasSubstr("exit code 7"));
}

EngineContainer::Options dying_listener() {
  EngineContainer::Options options = script("sleep 0.5; exit 7");
  options.ports = {8080};
  return options;
}

TEST(WaitStartedTest, IsMetByAContainerThatRunsAndFailsForOneThatEnded) {
  const EngineContainer running;
  EXPECT_LT(time_of(running, {}), 5s);
  time_of(running, {wait::Started{}});
  const EngineContainer ended{script("exit 7")};
  ended.client().containers().wait(ended.id());
  EXPECT_EQ(fail_to_await(ended, {}).code(), ErrorCode::ContainerExited);
  EXPECT_EQ(fail_to_await(ended, {wait::Started{}}).state()->exit_code, 7);
}

TEST(WaitStartedTest, SaysThatTheContainerIsGone) {
  const EngineContainer container;
  const WaitTarget target = target_of(container);
  container.remove();
  for (const wait::Condition& condition : Conditions{wait::Started{}, wait::LogLine{.contains = "x"}}) {
    try {
      await(target, {condition}, Deadline::in(20s));
      ADD_FAILURE() << "a removed container is no ready one";
    } catch (const WaitFailed& failure) {
      EXPECT_EQ(failure.code(), ErrorCode::ContainerExited);
      EXPECT_FALSE(failure.state());
    }
  }
}

TEST(WaitLogLineTest, IsMetByALineOfEitherStream) {
  const EngineContainer container{script("echo boot; sleep 0.3; echo 'Ready to serve' >&2; sleep 60")};
  time_of(container, {wait::LogLine{.contains = "Ready to"}});
  time_of(container, {wait::LogLine{.matches = "^Ready.*serve$"}});
  time_of(container, {wait::LogLine{.contains = "boot"}, wait::LogLine{.contains = "Ready"}});
}

TEST(WaitLogLineTest, PutsALineTogetherThatIsWrittenInParts) {
  const EngineContainer container{
      script("printf 'server is '; sleep 0.3; printf 'rea'; sleep 0.3; echo dy; sleep 60")};
  time_of(container, {wait::LogLine{.contains = "server is ready"}});
}

TEST(WaitLogLineTest, CountsLines) {
  const EngineContainer container{script("for i in 1 2 3; do echo tick $i tick; sleep 0.2; done; sleep 60")};
  time_of(container, {wait::LogLine{.contains = "tick", .times = 3}});
  EXPECT_THAT(container.client().containers().logs(container.id()).out, HasSubstr("tick 3"));
  EXPECT_THAT(fail_to_await(container, {wait::LogLine{.contains = "tick", .times = 4}}).last_seen(),
              AllOf(HasSubstr("3 of 4"), HasSubstr("tick 3 tick")));
}

TEST(WaitLogLineTest, BearsLinesOf60Kilobytes) {
  const EngineContainer container{script("head -c 60000 /dev/zero | tr '\\0' a; echo ' needle 7'; sleep 60")};
  time_of(container, {wait::LogLine{.matches = "needle [0-9]$"}});
  time_of(container, {wait::LogLine{.contains = "a needle"}});
}

TEST(WaitLogLineTest, ReadsATerminal) {
  EngineContainer::Options options = script("echo one; sleep 0.2; echo ready; sleep 60");
  options.patch_json = R"({"Tty":true})";
  const EngineContainer container{options};
  time_of(container, {wait::LogLine{.matches = "^ready$"}});
}

TEST(WaitLogLineTest, IsMetByTheLastWordsOfAContainerThatEnds) {
  const EngineContainer container{script("sleep 0.3; printf 'all done'")};
  time_of(container, {wait::LogLine{.matches = "done$"}, wait::Exited{}});
}

TEST(WaitLogLineTest, DoesNotCountLinesBeforeItsTime) {
  const EngineContainer container{script("echo ready; sleep 60")};
  time_of(container, {wait::LogLine{.contains = "ready"}});
  WaitTarget target = target_of(container);
  target.log_since = std::chrono::system_clock::now().time_since_epoch() + 1s;
  EXPECT_THROW(await(target, {wait::LogLine{.contains = "ready"}}, Deadline::in(300ms)), WaitFailed);
}

TEST(WaitLogLineTest, SaysWhatItSaw) {
  const EngineContainer container{script("echo starting; echo oops >&2; sleep 60")};
  const WaitFailed failure = fail_to_await(container, {wait::LogLine{.contains = "ready"}}, 1s);
  EXPECT_EQ(failure.code(), ErrorCode::NotReady);
  EXPECT_THAT(failure.last_seen(), AllOf(HasSubstr("stdout: starting"), HasSubstr("stderr: oops")));
}

TEST(WaitPortTest, IsMetWhenTheServerListensAndNotBefore) {
  const EngineContainer container{listener(700)};
  time_of(container, {wait::PortOpen{.port = 8080}});
  EXPECT_THAT(container.client().containers().logs(container.id()).out, HasSubstr("listening on port 8080"));
  time_of(container, {wait::PortOpen{}});
}

TEST(WaitPortTest, IsMetWithoutTheContainersOwnAddress) {
  // None; one that no network holds; one of this machine, which refuses.
  for (const std::string address : {"", "240.0.0.1", "127.0.0.77"}) {
    const EngineContainer container{listener(700)};
    WaitTarget target = target_of(container);
    target.ip_address = address;
    await(target, {wait::PortOpen{.port = 8080}}, Deadline::in(20s));
    EXPECT_THAT(container.client().containers().logs(container.id()).out, HasSubstr("listening on port 8080"))
        << address;
  }
}

TEST(WaitPortTest, BelievesNoProxyWithNobodyBehindIt) {
  EngineContainer::Options options = script("sleep 60");
  options.ports = {8080};
  const EngineContainer container{options};
  EXPECT_THAT(fail_to_await(container, {wait::PortOpen{}}).last_seen(), HasSubstr("nothing listens"));
  WaitTarget target = target_of(container);
  target.ip_address.clear();
  EXPECT_THROW(await(target, {wait::PortOpen{}}, Deadline::in(500ms)), WaitFailed);
}

TEST(WaitPortTest, RefusesAPortThatIsNotPublished) {
  const EngineContainer container{listener(0)};
  EXPECT_THROW(await(target_of(container), {wait::PortOpen{.port = 81}}, Deadline::in(5s)),
               InvalidArgumentError);
}

TEST(WaitPortTest, SaysOfAContainerThatEndedAtOnceThatItEnded) {
  EngineContainer::Options options = script("exit 7");
  options.ports = {8080};
  const EngineContainer ended{options};
  ended.client().containers().wait(ended.id());
  EXPECT_EQ(fail_to_await(ended, {wait::PortOpen{8080}}).code(), ErrorCode::ContainerExited);
}

TEST(WaitHttpTest, IsMetByTheWantedAnswerOnly) {
  const EngineContainer container{listener(500)};
  time_of(container, {wait::HttpOk{.port = 8080, .path = "/x", .body_contains = "realtime_ns"}});
  const WaitFailed failure = fail_to_await(container, {wait::HttpOk{.statuses = {404, 500}}});
  EXPECT_EQ(failure.code(), ErrorCode::NotReady);
  EXPECT_THAT(failure.last_seen(), HasSubstr("status 200"));
  EXPECT_THAT(fail_to_await(container, {wait::HttpOk{.body_contains = "no such text"}}).last_seen(),
              HasSubstr("body"));
}

TEST(WaitHttpTest, SaysWhyNobodyAnswers) {
  const EngineContainer container{listener(60'000)};
  EXPECT_NE(fail_to_await(container, {wait::HttpOk{}}).last_seen(), "");
}

TEST(WaitHealthyTest, IsMetByAHealthyContainer) {
  EngineContainer::Options options = script("sleep 0.5; touch /tmp/up; sleep 60");
  options.patch_json =
      R"({"Healthcheck":{"Test":["CMD-SHELL","test -e /tmp/up"],"Interval":200000000,"Retries":50}})";
  const EngineContainer container{options};
  time_of(container, {wait::Healthy{}});
  EXPECT_EQ(container.inspect().state.health, Health::Healthy);
}

TEST(WaitHealthyTest, FailsAtOnceForAnUnhealthyContainerWithItsWords) {
  EngineContainer::Options options = script("sleep 60");
  options.patch_json =
      R"({"Healthcheck":{"Test":["CMD-SHELL","echo no disk; exit 1"],"Interval":100000000,"Retries":1}})";
  const EngineContainer container{options};
  const WaitFailed failure = fail_to_await(container, {wait::Healthy{}}, 60s);
  EXPECT_EQ(failure.code(), ErrorCode::NotReady);
  EXPECT_THAT(failure.last_seen(), AllOf(HasSubstr("unhealthy"), HasSubstr("no disk")));
}

TEST(WaitHealthyTest, FailsAtOnceWithoutAHealthcheck) {
  const EngineContainer container;
  const auto start = Clock::now();
  EXPECT_EQ(fail_to_await(container, {wait::Healthy{}}, 60s).code(), ErrorCode::NotReady);
  EXPECT_LT(Clock::now() - start, 10s);
}

TEST(WaitExecTest, IsMetWhenTheCommandSucceeds) {
  const EngineContainer container{script("sleep 0.5; touch /tmp/up; sleep 60")};
  time_of(container, {wait::ExecSucceeds{.argv = {"test", "-e", "/tmp/up"}}});
}

TEST(WaitExecTest, SaysWhatTheCommandSaid) {
  const EngineContainer container;
  const WaitFailed failure =
      fail_to_await(container, {wait::ExecSucceeds{.argv = {"sh", "-c", "echo not yet >&2; exit 9"}}}, 1s);
  EXPECT_THAT(failure.last_seen(), AllOf(HasSubstr("exit code 9"), HasSubstr("not yet")));
}

TEST(WaitExecTest, EndsACommandThatHangs) {
  const EngineContainer container;
  const WaitFailed failure = fail_to_await(container, {wait::ExecSucceeds{.argv = {"sleep", "300"}}}, 1s);
  EXPECT_EQ(failure.code(), ErrorCode::NotReady);
  EXPECT_THAT(failure.last_seen(), HasSubstr("timeout"));
}

TEST(WaitExitedTest, IsMetByTheWantedCodeOnly) {
  const EngineContainer container{script("sleep 0.5; exit 7")};
  time_of(container, {wait::Exited{.code = 7}});
  const WaitFailed failure = fail_to_await(container, {wait::Exited{}});
  EXPECT_EQ(failure.code(), ErrorCode::ContainerExited);
  EXPECT_EQ(failure.state()->exit_code, 7);
  const EngineContainer running;
  EXPECT_EQ(fail_to_await(running, {wait::Exited{}}).code(), ErrorCode::NotReady);
}

TEST(WaitAnyOfTest, IsMetByTheFirstAndSaysWhatEachSaw) {
  const EngineContainer container{script("echo one; sleep 0.3; echo two; sleep 60")};
  time_of(container, {wait::any_of({wait::LogLine{.contains = "never"}, wait::LogLine{.contains = "two"}})});
  time_of(container, {wait::any_of({wait::Healthy{}, wait::LogLine{.contains = "one"}})});
  const WaitFailed failure =
      fail_to_await(container, {wait::any_of({wait::LogLine{.contains = "never"}, wait::Healthy{}})});
  EXPECT_THAT(failure.last_seen(), AllOf(HasSubstr("two"), HasSubstr("no healthcheck")));
  EXPECT_EQ(failure.code(), ErrorCode::NotReady);
}

TEST(WaitAnyOfTest, FailsAtOnceWhenNoneCanBeMet) {
  const EngineContainer container;
  const auto start = Clock::now();
  fail_to_await(container, {wait::any_of({wait::Healthy{}, wait::any_of({wait::Healthy{}})})}, 60s);
  EXPECT_LT(Clock::now() - start, 10s);
}

TEST(WaitAnyOfTest, IsMetByTheEndOfAOneShotContainer) {
  const EngineContainer container{script("sleep 0.3; exit 0")};
  time_of(container, {wait::any_of({wait::LogLine{.contains = "never"}, wait::Exited{}})});
}

TEST(WaitEarlyEndTest, EndsEveryWaitWhenTheContainerDies) {
  expect_early_end(wait::LogLine{.contains = "never"});
  expect_early_end(wait::PortOpen{}, dying_listener());
  expect_early_end(wait::HttpOk{}, dying_listener());
  expect_early_end(wait::ExecSucceeds{.argv = {"false"}});
  expect_early_end(wait::ExecSucceeds{.argv = {"false"}, .interval = 60s});
  expect_early_end(wait::ExecSucceeds{.argv = {"sleep", "300"}});
  expect_early_end(wait::any_of({wait::LogLine{.contains = "never"}, wait::ExecSucceeds{.argv = {"false"}}}));
}

TEST(WaitAllTest, StandsUnderOneDeadline) {
  const EngineContainer container{script("sleep 0.4; echo one; sleep 60")};
  const auto start = Clock::now();
  const WaitFailed failure =
      fail_to_await(container, {wait::LogLine{.contains = "one"}, wait::LogLine{.contains = "two"}}, 900ms);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_THAT(failure.condition(), HasSubstr("two"));
}

}  // namespace
}  // namespace drydock
