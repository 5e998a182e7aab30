#include "drydock/resilience/retry.h"

#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "base/random.h"
#include "support/fake_clock.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Error passing_error() {
  return {ErrorCode::ServerError, "busy", {.retryable = true}};
}

class RetryTest : public testing::Test {
 protected:
  /// Fails `failures` times, then returns 7.
  int flaky(int failures) {
    if (++calls_ <= failures) {
      throw passing_error();
    }
    return 7;
  }
  RetryHooks hooks(double share = 0.5) {
    return {.clock = &clock_, .random = [share] { return share; }, .on_retry = {}};
  }

  FakeClock clock_;
  int calls_{0};
};

TEST_F(RetryTest, ReturnsWhatTheFirstSuccessReturns) {
  EXPECT_EQ(retry(
                {}, [&] { return flaky(0); }, is_retryable, {}, hooks()),
            7);
  EXPECT_EQ(calls_, 1);
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(RetryTest, WaitsLongerAfterEachFailure) {
  EXPECT_EQ(retry(
                {.max_attempts = 4}, [&] { return flaky(3); }, is_retryable, {}, hooks()),
            7);
  EXPECT_EQ(calls_, 4);
  EXPECT_THAT(clock_.sleeps(), ElementsAre(50ms, 100ms, 200ms));
}

TEST_F(RetryTest, ThrowsWhatTheLastAttemptThrew) {
  int call = 0;
  const auto failing = [&] {
    throw Error{++call == 3 ? ErrorCode::Conflict : ErrorCode::ServerError, "no", {.retryable = true}};
  };
  try {
    retry({}, failing, is_retryable, {}, hooks());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
  EXPECT_EQ(call, 3);
  EXPECT_THAT(clock_.sleeps(), ElementsAre(50ms, 100ms));
}

TEST_F(RetryTest, DoesNotRepeatWhatCannotSucceedLater) {
  const auto failing = [&]() -> int {
    ++calls_;
    throw Error{ErrorCode::BadRequest, "never"};
  };
  EXPECT_THROW(retry({}, failing, is_retryable, {}, hooks()), Error);
  EXPECT_EQ(calls_, 1);
}

TEST_F(RetryTest, LetsAPredicateDecideAboutForeignErrors) {
  const auto failing = [&]() -> int {
    if (++calls_ < 3) {
      throw std::runtime_error("not yet");
    }
    return 1;
  };
  EXPECT_THROW(retry({}, failing, is_retryable, {}, hooks()), std::runtime_error);
  calls_ = 0;
  EXPECT_EQ(retry(
                {}, failing, [](const std::exception&) { return true; }, {}, hooks()),
            1);
}

TEST_F(RetryTest, GivesUpAtOnceWhenTheDeadlineWouldPassInTheDelay) {
  // Delays of 50 and 100 ms: the second one would end at 150 ms.
  EXPECT_THROW(
      retry(
          {.max_attempts = 9}, [&] { return flaky(99); }, is_retryable, clock_.deadline_in(149ms), hooks()),
      Error);
  EXPECT_EQ(calls_, 2);
  EXPECT_THAT(clock_.sleeps(), ElementsAre(50ms));
}

TEST_F(RetryTest, CountsTheOperationsOwnTimeAgainstTheDeadline) {
  const auto slow = [&] {
    clock_.advance(100ms);
    return flaky(99);
  };
  EXPECT_THROW(retry({.max_attempts = 9}, slow, is_retryable, clock_.deadline_in(149ms), hooks()), Error);
  EXPECT_EQ(calls_, 1);
}

TEST_F(RetryTest, OneAttemptRetriesNothing) {
  EXPECT_THROW(retry(
                   {.max_attempts = 1}, [&] { return flaky(1); }, is_retryable, {}, hooks()),
               Error);
  EXPECT_EQ(calls_, 1);
}

TEST_F(RetryTest, TellsOfEachRetryBeforeItsDelay) {
  std::vector<std::string> told;
  RetryHooks telling = hooks();
  telling.on_retry = [&](const RetryEvent& event) {
    told.push_back(std::to_string(event.attempt) + "/" + std::to_string(event.max_attempts) + " " +
                   std::string{event.reason} + " " + std::to_string(clock_.sleeps().size()));
  };
  EXPECT_EQ(retry(
                {}, [&] { return flaky(2); }, is_retryable, {}, telling),
            7);
  EXPECT_THAT(told, ElementsAre("1/3 busy 0", "2/3 busy 1"));
}

TEST_F(RetryTest, WorksWithoutAResult) {
  retry(
      {}, [&] { static_cast<void>(flaky(1)); }, is_retryable, {}, hooks(0));
  EXPECT_EQ(calls_, 2);
}

TEST_F(RetryTest, RefusesAPolicyWithoutAttempts) {
  EXPECT_THROW(retry({.max_attempts = 0}, [&] { return flaky(0); }), InvalidArgumentError);
  EXPECT_EQ(calls_, 0);
}

TEST(RandomShareTest, LiesInTheUnitIntervalAndVaries) {
  std::set<double> seen;
  for (int i = 0; i < 100; ++i) {
    const double share = random_share();
    EXPECT_GE(share, 0);
    EXPECT_LT(share, 1);
    seen.insert(share);
  }
  EXPECT_GT(seen.size(), 90U);
}

}  // namespace
}  // namespace drydock
