// The listener's own decisions, with an engine in memory. How GoogleTest calls it, and what reaches the
// report then, is pinned by tests/integration/gtest_listener_test.cpp.
#include "drydock/gtest/listener.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"

#include "support/environment_variable.h"
#include "support/fake_engine.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::TestPartResult;

class FailureListenerTest : public ::testing::Test {
 protected:
  FailureListenerTest() { listener_.OnTestStart(this_test()); }
  ~FailureListenerTest() override { set_test_context(std::nullopt); }

  static const ::testing::TestInfo& this_test() {
    return *::testing::UnitTest::GetInstance()->current_test_info();
  }

  static int properties() { return this_test().result()->test_property_count(); }

  std::string printed_for(TestPartResult::Type type) {
    ::testing::internal::CaptureStdout();
    listener_.OnTestPartResult(TestPartResult{type, "file.cpp", 1, "message"});
    return ::testing::internal::GetCapturedStdout();
  }

  [[nodiscard]] TestContainer start(const std::string& image = "cache:1") const {
    return TestContainer({.image = image}, client_of(engine_));
  }

  std::shared_ptr<FakeEngine> engine_{std::make_shared<FakeEngine>()};
  FailureListener listener_;

 private:
  ScratchDirectory logs_{};
  EnvironmentVariable log_directory_{"DRYDOCK_LOG_DIR", logs_.path().string()};
};

TEST_F(FailureListenerTest, FailurePrintsAndRecordsWhatContainersSay) {
  engine_->log = "last words\n";
  const TestContainer container = start();
  const std::string printed = printed_for(TestPartResult::kNonFatalFailure);
  EXPECT_THAT(printed, HasSubstr("FailureListenerTest.FailurePrintsAndRecordsWhatContainersSay"));
  EXPECT_THAT(printed, HasSubstr(container.name()));
  EXPECT_THAT(printed, HasSubstr("last words"));
  EXPECT_THAT(printed, HasSubstr("[[ATTACHMENT|"));
  EXPECT_EQ(properties(), 9);
}

TEST_F(FailureListenerTest, SuccessAndSkipSayNothing) {
  const TestContainer container = start();
  EXPECT_THAT(printed_for(TestPartResult::kSuccess), IsEmpty());
  EXPECT_THAT(printed_for(TestPartResult::kSkip), IsEmpty());
  EXPECT_EQ(properties(), 0);
}

TEST_F(FailureListenerTest, FailureWithoutContainersSaysNothing) {
  EXPECT_THAT(printed_for(TestPartResult::kFatalFailure), IsEmpty());
  EXPECT_EQ(properties(), 0);
}

TEST_F(FailureListenerTest, FurtherFailuresShowFurtherContainersOnly) {
  const TestContainer first = start("first:1");
  static_cast<void>(printed_for(TestPartResult::kNonFatalFailure));
  EXPECT_THAT(printed_for(TestPartResult::kNonFatalFailure), IsEmpty());
  const TestContainer second = start("second:1");
  const std::string printed = printed_for(TestPartResult::kNonFatalFailure);
  EXPECT_THAT(printed, HasSubstr("second:1"));
  EXPECT_THAT(printed, Not(HasSubstr("first:1")));
  EXPECT_EQ(properties(), 18);
}

TEST_F(FailureListenerTest, ContainerThatDiedByAnExceptionHasKeptItsEvidence) {
  engine_->log = "last words\n";
  try {
    const TestContainer container = start();
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(engine_->count(), 0U);
  EXPECT_THAT(printed_for(TestPartResult::kFatalFailure), HasSubstr("last words"));
}

TEST_F(FailureListenerTest, EvidenceInTheFailuresMessageIsRecordedButNotRepeated) {
  engine_->log = "last words\n";
  engine_->exits_at_start = true;
  std::string message;
  try {
    const TestContainer container = start();
  } catch (const ContainerStartError& error) {
    message = error.what();
  }
  ::testing::internal::CaptureStdout();
  listener_.OnTestPartResult(TestPartResult{TestPartResult::kFatalFailure, "file.cpp", 1, message.c_str()});
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), IsEmpty());
  EXPECT_THAT(message, HasSubstr("last words"));
  EXPECT_EQ(properties(), 9);
}

TEST_F(FailureListenerTest, InterceptedFailureIsNone) {
  const TestContainer container = start();
  EXPECT_NONFATAL_FAILURE(ADD_FAILURE() << "meant", "meant");
  EXPECT_EQ(properties(), 0);
}

TEST_F(FailureListenerTest, NamesTheTestForLabels) {
  EXPECT_EQ(test_context()->test, "FailureListenerTest.NamesTheTestForLabels");
  listener_.OnTestEnd(this_test());
  EXPECT_EQ(test_context()->test, "FailureListenerTest");
  listener_.OnTestProgramEnd(*::testing::UnitTest::GetInstance());
  EXPECT_FALSE(test_context());
}

TEST(InstallListenerTest, IsThereAlreadyWhereAFixtureIsUsed) {
  EXPECT_FALSE(install_listener());
}

}  // namespace
}  // namespace drydock
