// The shell of a ready-made service, on a real one: the commands of its image run there as by an exec,
// whatever the service has been through.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/shell.h"
#include "drydock/fixtures/redis.h"
#include "drydock/gtest/matchers.h"
#include "drydock/observability/metrics.h"

#include "support/service_image.h"
#include "support/shell_comparison.h"

namespace drydock::fixtures {
namespace {

::testing::Environment* const redis_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{RedisOptions{}.image});

class ServiceShellTest : public ::testing::Test {
 protected:
  [[nodiscard]] ExecResult ask(std::vector<std::string> words) {
    words.insert(words.begin(), "redis-cli");
    return shell_.run(words);
  }

  // To be called when the shell has run a command of its container: an exec would be calls to the engine.
  void expect_that_it_stands() {
    const auto calls = metrics::snapshot().total("drydock_calls");
    EXPECT_THAT(ask({"PING"}), Succeeded(StdoutIs("PONG\n")));
    EXPECT_EQ(metrics::snapshot().total("drydock_calls"), calls);
  }

  Redis redis_{{.init = {"SET greeting hello"}}};
  Shell shell_ = redis_.shell();
};

TEST_F(ServiceShellTest, RunsTheImagesCommandsAsAnExecDoes) {
  const std::vector<std::vector<std::string>> commands{
      {"redis-cli", "PING"},
      {"redis-cli", "GET", "greeting"},
      {"redis-cli", "-n", "3", "SET", "a name", "it's \"an\"\nanchor"},
      {"redis-cli", "-n", "3", "--json", "GET", "a name"},
      {"redis-cli", "-e", "INCR", "greeting"},
      {"redis-cli", "-p", "1", "PING"},
      {"redis-server", "--version"},
      {"sh", "-c",
       "redis-cli GET greeting | tr a-z A-Z; id; pwd; env | grep REDIS; redis-cli -x SET a; exit 4"},
      {"no-such-command"}};
  for (const std::vector<std::string>& argv : commands) {
    EXPECT_TRUE(runs_alike(redis_.container(), shell_, argv));
  }
  EXPECT_TRUE(
      runs_alike(redis_.container(), shell_, {"redis-cli", "-x", "SET", "bytes"}, {.input = "line\n\1\xff"}));
  EXPECT_EQ(redis_.command({"GET", "bytes"}), "line\n\1\xff");
  expect_that_it_stands();
}

TEST_F(ServiceShellTest, StandsOverAClean) {
  EXPECT_THAT(ask({"SET", "greeting", "changed"}), Succeeded(StdoutIs("OK\n")));
  EXPECT_THAT(ask({"SET", "dirt", "1"}), Succeeded(StdoutIs("OK\n")));
  redis_.clean();
  expect_that_it_stands();
  EXPECT_THAT(ask({"GET", "greeting"}), Succeeded(StdoutIs("hello\n")));
  EXPECT_THAT(ask({"DBSIZE"}), Succeeded(StdoutIs("1\n")));
}

TEST_F(ServiceShellTest, IsStartedAgainAfterAResetOfTheContainer) {
  for (const Reset& policy : std::vector<Reset>{reset::Restart{}, reset::Recreate{}}) {
    EXPECT_THAT(ask({"SET", "greeting", "changed"}), Succeeded());
    redis_.container().reset(policy);
    const ExecResult answer = ask({"GET", "greeting"});
    EXPECT_THAT(answer, Succeeded(StdoutIs("hello\n")));
    EXPECT_EQ(answer.container, redis_.container().exec({"true"}).container);
    expect_that_it_stands();
    redis_.clean();
    expect_that_it_stands();
  }
}

TEST_F(ServiceShellTest, OutlivesTheMoveOfItsService) {
  const Redis moved{std::move(redis_)};
  expect_that_it_stands();
  EXPECT_THAT(moved.shell().run({"redis-cli", "GET", "greeting"}), Succeeded(StdoutIs("hello\n")));
}

}  // namespace
}  // namespace drydock::fixtures
