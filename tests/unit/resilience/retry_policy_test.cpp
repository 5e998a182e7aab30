#include "drydock/resilience/retry_policy.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/thrown.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicyTest, DoublesTheLongestDelayFrom100Milliseconds) {
  const RetryPolicy policy;
  EXPECT_EQ(longest_delay(policy, 1), 100ms);
  EXPECT_EQ(longest_delay(policy, 2), 200ms);
  EXPECT_EQ(longest_delay(policy, 3), 400ms);
}

TEST(RetryPolicyTest, CapsTheDelay) {
  const RetryPolicy policy{.max_attempts = 99, .max_delay = 1500ms};
  EXPECT_EQ(longest_delay(policy, 4), 800ms);
  EXPECT_EQ(longest_delay(policy, 5), 1500ms);
  EXPECT_EQ(longest_delay(policy, 5000), 1500ms);
}

TEST(RetryPolicyTest, JittersOverTheWholeDelay) {
  const RetryPolicy policy;
  EXPECT_EQ(delay_after(policy, 2, 0.0), 0ms);
  EXPECT_EQ(delay_after(policy, 2, 0.25), 50ms);
  EXPECT_EQ(delay_after(policy, 2, 1.0), 200ms);
}

TEST(RetryPolicyTest, TakesAMultiplierOfOne) {
  const RetryPolicy policy{.base_delay = 7ms, .multiplier = 1};
  EXPECT_EQ(longest_delay(policy, 9), 7ms);
}

TEST(RetryPolicyTest, NamesEveryFault) {
  const auto error = thrown_by<InvalidArgumentError>(
      [] { validate(RetryPolicy{.max_attempts = 0, .base_delay = -1ms, .multiplier = 0.5}); });
  ASSERT_TRUE(error);
  for (const char* part : {"max_attempts", "base_delay", "multiplier"}) {
    EXPECT_THAT(error->what(), testing::HasSubstr(part));
  }
  EXPECT_THROW(validate({.multiplier = std::numeric_limits<double>::quiet_NaN()}), InvalidArgumentError);
  EXPECT_NO_THROW(validate(RetryPolicy{}));
}

}  // namespace
}  // namespace drydock
