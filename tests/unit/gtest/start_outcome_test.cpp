#include "gtest/start_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;

TEST(StartOutcomeTest, WhoUsesWhatWasNeverStartedIsToldSo) {
  const StartOutcome outcome;
  const auto error = thrown_by<Error>([&] { outcome.throw_no_container({}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::NotReady);
  EXPECT_THAT(error->what(), HasSubstr("before its set-up"));
}

TEST(StartOutcomeTest, WhoUsesWhatDidNotStartIsToldWhy) {
  StartOutcome outcome;
  outcome.fail("no such image");
  const auto error = thrown_by<Error>([&] { outcome.throw_no_container({}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::NotReady);
  EXPECT_THAT(error->what(), HasSubstr("no such image"));
}

TEST(StartOutcomeTest, ASetUpThatWasNotCalledIsNamed) {
  StartOutcome outcome;
  outcome.fail_without_set_up();
  EXPECT_EQ(outcome.check().verdict, EngineCheck::Verdict::Fail);
  EXPECT_THAT(outcome.check().message, HasSubstr("SetUpTestSuite()"));
}

}  // namespace
}  // namespace drydock
