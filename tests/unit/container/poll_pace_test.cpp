#include "container/poll_pace.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

using namespace std::chrono_literals;

TEST(PollPauseTest, StaysUnderAHundredthOfTheTimeWaitedWithinItsBounds) {
  EXPECT_EQ(poll_pause(0ms), 1ms);
  EXPECT_EQ(poll_pause(100ms), 1ms);
  EXPECT_EQ(poll_pause(1s), 10ms);
  EXPECT_EQ(poll_pause(5s), 50ms);
  EXPECT_EQ(poll_pause(1h), 50ms);
}

TEST(SleepWithinTest, DoesNotSleepPastTheDeadline) {
  const auto start = std::chrono::steady_clock::now();
  sleep_within(1h, Deadline::in(-1s));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1min);
}

}  // namespace
}  // namespace drydock
