// What a test program does when no engine answers, in each scope: by its exit code, its output and its
// report.
#include <string>

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "support/child_run.h"
#include "support/listening_socket.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kMissing = "/nonexistent/drydock.sock";

ChildRun run(const std::string& program, const std::string& filter, const std::string& requirement = "") {
  return run_test_program(
      program, {"--gtest_filter=" + filter},
      {{"DOCKER_HOST", std::string{"unix://"} + kMissing}, {"DRYDOCK_ENGINE", requirement}});
}

void expect_failed(const ChildRun& run, std::size_t tests) {
  EXPECT_EQ(run.exit_code, 1) << run.output;
  EXPECT_THAT(run.output, Not(HasSubstr("BODY"))) << "the body ran";
  EXPECT_EQ(count_of(run.output, "[  FAILED  ] ") > tests, true) << run.output;
  EXPECT_THAT(run.output, HasSubstr(kMissing)) << "where it was looked for";
  EXPECT_THAT(run.xml, HasSubstr(kMissing));
  EXPECT_EQ(count_of(run.xml, "<testcase "), tests) << run.xml;
  EXPECT_EQ(count_of(run.xml, "<failure "), tests) << run.xml;
}

void expect_skipped(const ChildRun& run, std::size_t tests) {
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, Not(HasSubstr("BODY"))) << "the body ran";
  EXPECT_THAT(run.output, HasSubstr(kMissing)) << "where it was looked for";
  EXPECT_THAT(run.output, HasSubstr("NOTHING WAS TESTED"));
  EXPECT_EQ(count_of(run.xml, "result=\"skipped\""), tests) << run.xml;
}

struct Scope {
  const char* name;
  const char* filter;
  std::size_t tests;
};

void PrintTo(const Scope& scope, std::ostream* stream) {
  *stream << scope.filter;
}

class MissingEngineTest : public ::testing::TestWithParam<Scope> {};

TEST_P(MissingEngineTest, FailsEachTest) {
  expect_failed(run("gtest_scopes", GetParam().filter), GetParam().tests);
}

TEST_P(MissingEngineTest, SkipsEachTestWhereOptional) {
  expect_skipped(run("gtest_scopes", GetParam().filter, "optional"), GetParam().tests);
}

INSTANTIATE_TEST_SUITE_P(Scopes, MissingEngineTest,
                         ::testing::Values(Scope{"Plain", "Plain.*", 1},
                                           Scope{"ContainerTest", "PerTest.*", 2},
                                           Scope{"SuiteContainer", "PerSuite.*:OtherSuite.*", 3},
                                           Scope{"DeathTest", "*DeathTest.*", 4}),
                         [](const auto& scope) { return scope.param.name; });

TEST(MissingEngineForProgramTest, FailsTheRunBeforeItsFirstTest) {
  const ChildRun child = run("gtest_program_scope", "*");
  EXPECT_EQ(child.exit_code, 1) << child.output;
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
  EXPECT_THAT(child.output, HasSubstr(kMissing));
  EXPECT_THAT(child.xml, HasSubstr(kMissing));
  EXPECT_EQ(count_of(child.output, "no container engine answers"), 1U) << "once, not for each test";
}

TEST(MissingEngineForProgramTest, SkipsEachTestWhereOptional) {
  expect_skipped(run("gtest_program_scope", "*", "optional"), 4);
}

TEST(MissingEngineForProgramTest, SkipsInEachIteration) {
  const ChildRun child =
      run_test_program("gtest_program_scope", {"--gtest_filter=ProgramScope.First", "--gtest_repeat=2"},
                       {{"DOCKER_HOST", std::string{"unix://"} + kMissing}, {"DRYDOCK_ENGINE", "optional"}});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
  EXPECT_EQ(count_of(child.output, "[  SKIPPED ] ProgramScope.First ("), 2U) << child.output;
}

TEST(MissingEngineForSomeTest, OthersRunAndTheEndSaysHowManyDidNot) {
  const ChildRun child = run("gtest_scopes", "Engineless.*:Plain.*:PerTest.First", "optional");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, HasSubstr("BODY engineless"));
  EXPECT_THAT(child.output, HasSubstr("skipped 2 of 3 tests"));
  EXPECT_THAT(child.output, Not(HasSubstr("NOTHING WAS TESTED")));
}

TEST(MissingEngineForSomeTest, UnknownRequirementFails) {
  const ChildRun child = run("gtest_scopes", "Plain.*", "maybe");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.output, HasSubstr("'maybe'"));
}

// Test discovery runs the program while it is built.
TEST(ListingTest, OpensNoConnection) {
  const ListeningSocket engine;
  for (const char* const program : {"gtest_scopes", "gtest_program_scope", "gtest_failures"}) {
    const ChildRun child =
        run_test_program(program, {"--gtest_list_tests"}, {{"DOCKER_HOST", engine.host()}});
    EXPECT_EQ(child.exit_code, 0) << child.output;
    EXPECT_THAT(child.output, HasSubstr("First\n")) << child.output;
  }
  EXPECT_EQ(engine.connections(), 0);
}

TEST(ListingTest, NothingIsStartedWhenNothingIsSelected) {
  const ListeningSocket engine;
  const ChildRun child =
      run_test_program("gtest_program_scope", {"--gtest_filter=None.*"}, {{"DOCKER_HOST", engine.host()}});
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, HasSubstr("0 tests")) << child.output;
  EXPECT_EQ(engine.connections(), 0);
}

}  // namespace
}  // namespace drydock
