#include "drydock/gtest/engine_policy.h"

#include <optional>
#include <string>

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/environment_variable.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;

constexpr const char* kNowhere = "unix:///nonexistent/drydock.sock";

TEST(EnginePolicyTest, EngineIsRequiredUnlessSaidOtherwise) {
  for (const auto& value : {std::optional<std::string>{}, {""}, {"required"}}) {
    const EnvironmentVariable variable{"DRYDOCK_ENGINE", value};
    EXPECT_EQ(engine_requirement(), EngineRequirement::Required);
  }
  const EnvironmentVariable variable{"DRYDOCK_ENGINE", "optional"};
  EXPECT_EQ(engine_requirement(), EngineRequirement::Optional);
}

TEST(EnginePolicyTest, UnknownRequirementIsRefused) {
  const EnvironmentVariable variable{"DRYDOCK_ENGINE", "Optional"};
  EXPECT_THROW(static_cast<void>(engine_requirement()), InvalidArgumentError);
}

TEST(EnginePolicyTest, MissingEngineFailsAndSaysWhereItWasLookedFor) {
  const EnvironmentVariable host{"DOCKER_HOST", kNowhere};
  const EnvironmentVariable requirement{"DRYDOCK_ENGINE", std::nullopt};
  const EngineCheck check = check_engine();
  EXPECT_EQ(check.verdict, EngineCheck::Verdict::Fail);
  EXPECT_THAT(check.message, HasSubstr("/nonexistent/drydock.sock"));
  EXPECT_THAT(check.message, HasSubstr("DRYDOCK_ENGINE=optional"));
}

TEST(EnginePolicyTest, MissingEngineSkipsWhereItIsOptional) {
  const EnvironmentVariable host{"DOCKER_HOST", kNowhere};
  const EnvironmentVariable requirement{"DRYDOCK_ENGINE", "optional"};
  const EngineCheck check = check_engine();
  EXPECT_EQ(check.verdict, EngineCheck::Verdict::Skip);
  EXPECT_THAT(check.message, HasSubstr("/nonexistent/drydock.sock"));
}

TEST(EnginePolicyTest, UnknownRequirementFailsTheTestThatNeedsAnEngine) {
  const EnvironmentVariable host{"DOCKER_HOST", kNowhere};
  const EnvironmentVariable requirement{"DRYDOCK_ENGINE", "maybe"};
  const EngineCheck check = check_engine();
  EXPECT_EQ(check.verdict, EngineCheck::Verdict::Fail);
  EXPECT_THAT(check.message, HasSubstr("'maybe'"));
}

}  // namespace
}  // namespace drydock
