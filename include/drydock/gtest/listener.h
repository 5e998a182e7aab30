// Shows the containers' own words where a test fails, and ties GoogleTest's events to the guards.
#pragma once

#include <memory>

#include <gtest/gtest.h>

namespace drydock {

/// Tells the guards which test is running and, when a test, a set-up or an environment fails, prints the
/// evidence of every container of this process after the failure's message: image and its digest, state,
/// ports, the last log lines, where the full log was saved, a `docker run` line. The same facts become
/// properties in the XML report: drydock.container, .image, .image_digest, .state, .exit_code, .oom_killed,
/// .log_file, .log_tail and .run_line, of a second container drydock.2.container and so on. A line
/// [[ATTACHMENT|path]] names each saved log to CI systems.
///
/// The report as a whole gets totals of the program: drydock.calls, .retries, .containers_made, _removed and
/// _leaked, and the seconds spent in each phase (.create_seconds, .start_seconds, .wait_seconds and so on).
///
/// When DRYDOCK_IMAGES has changed the names of tests and the filter selects none, the program fails.
///
/// At the program's end it says how many tests were skipped for want of an engine.
///
/// Evidence is read at once, inside GoogleTest's lock, for a guard may die right after a failed ASSERT: other
/// threads that assert wait meanwhile, at most 10 s a container.
class FailureListener : public ::testing::EmptyTestEventListener {
 public:
  FailureListener();
  ~FailureListener() override;

  void OnTestProgramStart(const ::testing::UnitTest& program) override;
  void OnTestIterationStart(const ::testing::UnitTest& program, int iteration) override;
  void OnEnvironmentsSetUpStart(const ::testing::UnitTest& program) override;
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override;
  void OnTestStart(const ::testing::TestInfo& test) override;
  void OnTestPartResult(const ::testing::TestPartResult& part) override;
  void OnTestEnd(const ::testing::TestInfo& test) override;
  void OnEnvironmentsTearDownStart(const ::testing::UnitTest& program) override;
  void OnEnvironmentsTearDownEnd(const ::testing::UnitTest& program) override;
  void OnTestProgramEnd(const ::testing::UnitTest& program) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Adds the listener to GoogleTest, once; returns false when it was there already. Every program that uses a
/// fixture, add_container(), a matcher or DRYDOCK_REQUIRE_ENGINE() of Drydock has it from the start, whatever
/// its main() is.
bool install_listener();

/// Initialises GoogleTest and GoogleMock from the command line and installs the listener: the first line of a
/// main() of your own. Ends the program with a message when DRYDOCK_IMAGES, or an image of a matrix, is not
/// right. drydock::gtest_main has no more than this and RUN_ALL_TESTS().
void install_drydock(int* argc, char** argv);

}  // namespace drydock
