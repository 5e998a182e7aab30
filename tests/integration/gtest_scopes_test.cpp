// When the containers of each scope are started and removed, by the ids that a child test program prints and
// by what is left of its session afterwards.
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/child_run.h"
#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Returns what the bodies printed: "BODY scope id", by scope.
std::map<std::string, std::vector<std::string>> bodies(const std::string& output) {
  std::map<std::string, std::vector<std::string>> found;
  std::istringstream lines{output};
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("BODY ", 0) == 0) {
      const std::size_t blank = line.rfind(' ');
      found[line.substr(5, blank - 5)].push_back(line.substr(blank + 1));
    }
  }
  return found;
}

class ScopeTest : public ::testing::Test {
 protected:
  ChildRun run(const std::string& program, std::vector<std::string> arguments) {
    return run_test_program(program, std::move(arguments), {{"DRYDOCK_SESSION", session_}});
  }

  void TearDown() override { EXPECT_TRUE(all_gone("drydock.session=" + session_)); }

 private:
  const std::string session_{"gtest-" + random_hex(8)};
};

TEST_F(ScopeTest, ContainerTestStartsForEachTest) {
  const ChildRun child = run("gtest_scopes", {"--gtest_filter=PerTest.*:Plain.*"});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  const auto ids = bodies(child.output).at("per-test");
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 3U) << child.output;
  EXPECT_THAT(bodies(child.output).at("plain"), SizeIs(1));
}

TEST_F(ScopeTest, SuiteContainerStartsOnceForEachSuite) {
  const ChildRun child = run("gtest_scopes", {"--gtest_filter=PerSuite.*:OtherSuite.*"});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  const auto ids = bodies(child.output);
  ASSERT_THAT(ids.at("per-suite"), SizeIs(2));
  EXPECT_EQ(ids.at("per-suite")[0], ids.at("per-suite")[1]);
  EXPECT_NE(ids.at("per-suite")[0], ids.at("other-suite").at(0));
}

TEST_F(ScopeTest, SuiteContainerThatCannotStartFailsEachTest) {
  const ChildRun child = run("gtest_scopes", {"--gtest_filter=BrokenSuite.*"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(bodies(child.output), IsEmpty());
  EXPECT_EQ(count_of(child.xml, "<failure "), 2U) << child.xml;
  EXPECT_EQ(count_of(child.xml, "<failure message="), 2U);
  EXPECT_GE(count_of(child.xml, "/no/such/program"), 2U) << "the reason";
}

TEST_F(ScopeTest, SuiteSetUpThatHidesOursFailsWithTheRemedy) {
  const ChildRun child = run("gtest_scopes", {"--gtest_filter=SelfMadeSuite.*"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(bodies(child.output), IsEmpty());
  EXPECT_EQ(count_of(child.output, "must call that of the class it derives from"), 1U) << child.output;
}

TEST_F(ScopeTest, ProgramContainerStartsOnce) {
  const ChildRun child = run("gtest_program_scope", {"--gtest_filter=-*Fails"});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  const auto ids = bodies(child.output).at("program");
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 1U) << child.output;
}

TEST_F(ScopeTest, RepeatedRunHasFreshContainers) {
  const ChildRun program =
      run("gtest_program_scope", {"--gtest_filter=ProgramScope.First", "--gtest_repeat=2",
                                  "--gtest_recreate_environments_when_repeating=1"});
  EXPECT_EQ(program.exit_code, 0) << program.output;
  const auto of_program = bodies(program.output).at("program");
  EXPECT_EQ(std::set(of_program.begin(), of_program.end()).size(), 2U) << program.output;

  const ChildRun suite = run("gtest_scopes", {"--gtest_filter=OtherSuite.*", "--gtest_repeat=2"});
  EXPECT_EQ(suite.exit_code, 0) << suite.output;
  const auto of_suite = bodies(suite.output).at("other-suite");
  EXPECT_EQ(std::set(of_suite.begin(), of_suite.end()).size(), 2U) << suite.output;
}

TEST_F(ScopeTest, DeathTestsLeaveNothing) {
  const ChildRun child = run("gtest_scopes", {"--gtest_filter=*DeathTest.*"});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(bodies(child.output).at("per-test death"), SizeIs(2));
  EXPECT_THAT(bodies(child.output).at("per-suite death"), SizeIs(2));
}

}  // namespace
}  // namespace drydock
