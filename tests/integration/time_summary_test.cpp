// What DRYDOCK_SUMMARY prints at the end of a real program. Its arithmetic is pinned by
// tests/unit/gtest/time_summary_test.cpp.
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/child_run.h"

namespace drydock {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

ChildRun run_scopes(const std::map<std::string, std::string>& env) {
  return run_test_program("gtest_scopes", {"--gtest_filter=PerTest.*:PerSuite.*"}, env);
}

TEST(TimeSummaryOfAProgramTest, HasEachSuitesContainersAndWhatAPoolWouldSave) {
  const ChildRun child = run_scopes({{"DRYDOCK_SUMMARY", "1"}});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, HasSubstr("where the time went, in seconds"));
  EXPECT_THAT(child.output, ContainsRegex("PerTest +3 +0.00 +[0-9.]*[1-9]"));
  EXPECT_THAT(child.output, ContainsRegex("PerSuite +1 "));
  EXPECT_THAT(child.output, ContainsRegex("total +4 "));
  EXPECT_THAT(child.output, ContainsRegex("containers of 'drydock-test/busybox:1' were alike"));
}

TEST(TimeSummaryOfAProgramTest, IsNotPrintedUnasked) {
  EXPECT_THAT(run_scopes({{"DRYDOCK_SUMMARY", ""}}).output, Not(HasSubstr("where the time went")));
}

TEST(TimeSummaryOfAProgramTest, SaysThatAValueIsNoWish) {
  const ChildRun child = run_scopes({{"DRYDOCK_SUMMARY", "yes"}});
  EXPECT_THAT(child.output, HasSubstr("DRYDOCK_SUMMARY is 'yes'"));
  EXPECT_THAT(child.output, Not(HasSubstr("where the time went")));
}

}  // namespace
}  // namespace drydock
