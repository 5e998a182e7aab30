// What a failing test shows of its containers, by what a child test program prints and reports, and that the
// failure leaves nothing behind.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/child_run.h"
#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Lt;
using ::testing::Not;

class FailingProgramTest : public ::testing::Test {
 protected:
  ChildRun run(const std::string& filter, const std::string& more = "--gtest_color=no") {
    return run_test_program("gtest_failures", {"--gtest_filter=" + filter, more},
                            {{"DRYDOCK_SESSION", session_}});
  }

  void TearDown() override { EXPECT_TRUE(all_gone("drydock.session=" + session_)); }

 private:
  const std::string session_{"gtest-" + random_hex(8)};
};

void expect_evidence(const ChildRun& child, const std::string& words) {
  EXPECT_EQ(child.exit_code, 1) << child.output;
  EXPECT_THAT(child.output, AllOf(HasSubstr("image      drydock-test/busybox:1"), HasSubstr("| " + words),
                                  HasSubstr("docker run"), HasSubstr("[[ATTACHMENT|/")));
  EXPECT_THAT(child.xml, HasSubstr("drydock.container"));
  EXPECT_THAT(child.xml, HasSubstr("drydock.log_file"));
  EXPECT_THAT(child.xml, HasSubstr(words + "&#x0A;")) << "the log's tail, as a property";
}

TEST_F(FailingProgramTest, AssertShowsTheContainerAfterTheMessage) {
  const ChildRun child = run("Failing.Assert");
  expect_evidence(child, "asserted");
  EXPECT_THAT(child.xml, HasSubstr(R"(<property name="drydock.state" value="running"/>)"));
  EXPECT_THAT(child.output.find("on purpose"), Lt(child.output.find("Drydock: the container")));
}

TEST_F(FailingProgramTest, EvidenceComesAfterTheMessageWithTheBriefPrinter) {
  const ChildRun child = run("Failing.Assert", "--gtest_brief=1");
  EXPECT_THAT(child.output.find("on purpose"), Lt(child.output.find("Drydock: the container")))
      << child.output;
}

TEST_F(FailingProgramTest, ReportHoldsTheProgramsTotals) {
  const ChildRun child = run("Failing.Assert");
  EXPECT_THAT(child.xml,
              AllOf(HasSubstr("drydock.containers_made=\"1\""), HasSubstr("drydock.containers_removed=\"1\""),
                    HasSubstr("drydock.containers_leaked=\"0\""), HasSubstr("drydock.retries=\"0\""),
                    HasSubstr("drydock.start_seconds=\"")));
}

TEST_F(FailingProgramTest, SecondFailureOfATestDoesNotRepeatTheContainer) {
  const ChildRun child = run("Failing.ExpectTwice");
  expect_evidence(child, "expected");
  EXPECT_EQ(count_of(child.output, "Drydock: the container"), 1U) << child.output;
}

TEST_F(FailingProgramTest, ExceptionShowsTheContainerThatIsGoneAlready) {
  expect_evidence(run("Failing.Exception"), "thrown");
}

TEST_F(FailingProgramTest, SeveralContainersHaveKeysOfTheirOwn) {
  const ChildRun child = run("Failing.TwoContainers");
  expect_evidence(child, "one");
  expect_evidence(child, "two");
  EXPECT_THAT(child.xml, HasSubstr("drydock.2.container"));
  EXPECT_EQ(count_of(child.output, "[[ATTACHMENT|"), 2U);
}

TEST_F(FailingProgramTest, ContainerThatDidNotStartIsShownOnceAndReported) {
  const ChildRun child = run("Failing.StartOfContainer");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(count_of(child.output, "| last words"), 1U) << child.output;
  EXPECT_THAT(child.xml, HasSubstr("last words"));
  EXPECT_THAT(child.xml, HasSubstr(R"(<property name="drydock.exit_code" value="9"/>)"));
}

TEST_F(FailingProgramTest, ReportIsWellFormedWhateverTheContainerSays) {
  const ChildRun child = run("Failing.BytesThatAreNoText");
  EXPECT_THAT(child.xml, HasSubstr("??[31m &lt;&amp;&gt; end&#x0A;"));
}

TEST_F(FailingProgramTest, DeathTestChildShowsNothing) {
  const ChildRun child = run("Failing.InDeathTest");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(count_of(child.output, "Drydock: the container"), 1U) << child.output;
}

TEST_F(FailingProgramTest, FailureInSetUpShowsTheContainer) {
  const ChildRun child = run("FailingSetUp.*");
  expect_evidence(child, "set-up");
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
}

TEST_F(FailingProgramTest, FailureOfTheSuitesContainerFailsEachTestWithTheReason) {
  const ChildRun child = run("FailingSuite.*");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(count_of(child.output, "| last words"), 2U) << child.output;
  EXPECT_EQ(count_of(child.xml, "<failure "), 2U) << child.xml;
  EXPECT_EQ(count_of(child.xml, R"(name="drydock.exit_code" value="9")"), 2U) << child.xml;
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
}

TEST_F(FailingProgramTest, FailureInASuitesOwnSetUpShowsTheContainer) {
  const ChildRun child = run("OwnSuiteSetUp.*");
  EXPECT_EQ(child.exit_code, 1) << child.output;
  EXPECT_THAT(child.output, HasSubstr("| suite set-up"));
  EXPECT_THAT(child.output, HasSubstr("the set-up of OwnSuiteSetUp"));
}

TEST_F(FailingProgramTest, FailureThatWasMeantShowsNothing) {
  const ChildRun child = run("Passing.*");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, Not(HasSubstr("Drydock:")));
  EXPECT_THAT(child.xml, Not(HasSubstr("<property name=\"drydock.")));
}

class ProgramScopeFailureTest : public ::testing::Test {};

TEST_F(ProgramScopeFailureTest, ContainerThatDidNotStartFailsTheRunWithItsEvidence) {
  const std::string session = "gtest-" + random_hex(8);
  const ChildRun child = run_test_program("gtest_program_scope", {"--gtest_filter=*First"},
                                          {{"DRYDOCK_SESSION", session}, {"PROGRAM_SCOPE", "broken"}});
  EXPECT_EQ(child.exit_code, 1) << child.output;
  EXPECT_EQ(count_of(child.output, "| last words"), 1U) << child.output;
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
  EXPECT_THAT(child.output, HasSubstr("gtest_program_scope.cpp:")) << "where it was added";
  EXPECT_THAT(child.xml, HasSubstr("last words"));
  EXPECT_THAT(left_behind("drydock.session=" + session), IsEmpty());
}

TEST_F(ProgramScopeFailureTest, ContainerOfTheProgramIsShownForEachTestThatFails) {
  const ChildRun child = run_test_program("gtest_program_scope", {"--gtest_filter=*Fails"}, {});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(count_of(child.output, "Drydock: the container"), 1U) << child.output;
  EXPECT_THAT(child.xml, HasSubstr("drydock.container"));
}

}  // namespace
}  // namespace drydock
