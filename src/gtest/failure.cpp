#include "gtest/failure.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

void report(::testing::TestPartResult::Type type, const std::string& message) {
  const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  const char* const file = test == nullptr ? nullptr : test->file();
  // GoogleTest has no public macro that skips at another place than its own.
  ::testing::internal::AssertHelper(type, file, test == nullptr ? -1 : test->line(), "") =
      ::testing::Message() << message;
}

}  // namespace

void fail_current_test(const std::string& message) {
  report(::testing::TestPartResult::kFatalFailure, message);
}

void skip_current_test(const std::string& message) {
  report(::testing::TestPartResult::kSkip, message);
}

}  // namespace drydock
