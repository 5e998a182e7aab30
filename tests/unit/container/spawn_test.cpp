#include "container/spawn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"

namespace drydock {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::Not;
using ::testing::StartsWith;

TEST(SpawnTest, OnlyWhatReachingTheEngineNeedsIsPassedOn) {
  const EnvironmentVariable host{"DOCKER_HOST", "unix:///somewhere.sock"};
  const EnvironmentVariable jenkins{"BUILD_ID", "42"};
  const EnvironmentVariable runner{"RUNNER_TRACKING_ID", "github_1"};
  const EnvironmentVariable secret{"PGPASSWORD", "secret"};
  const std::vector<std::string> environment = short_environment();
  EXPECT_THAT(environment, Contains("DOCKER_HOST=unix:///somewhere.sock"));
  for (const char* name : {"BUILD_ID=", "RUNNER_TRACKING_ID=", "PGPASSWORD="}) {
    EXPECT_THAT(environment, Each(Not(StartsWith(name))));
  }
}

}  // namespace
}  // namespace drydock
