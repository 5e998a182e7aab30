#include "drydock/base/deadline.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DeadlineTest, UnsetNeverExpires) {
  const Deadline unset;
  EXPECT_FALSE(unset.is_set());
  EXPECT_FALSE(unset.expired());
  EXPECT_EQ(unset.remaining(), Deadline::Clock::duration::max());
  EXPECT_EQ(unset.remaining_ms(), 24 * 60 * 60 * 1000);
}

TEST(DeadlineTest, PastLeavesNothing) {
  const Deadline past = Deadline::in(seconds{-1});
  EXPECT_TRUE(past.expired());
  EXPECT_EQ(past.remaining(), Deadline::Clock::duration::zero());
  EXPECT_EQ(past.remaining_ms(), 0);
}

TEST(DeadlineTest, RoundsUpSoThatPollDoesNotSpin) {
  const Deadline soon = Deadline::in(milliseconds{500});
  EXPECT_GT(soon.remaining_ms(), 0);
  EXPECT_LE(soon.remaining_ms(), 500);
}

TEST(DeadlineTest, OrInKeepsWhatIsSet) {
  const Deadline set = Deadline::in(hours{1});
  EXPECT_GT(set.or_in(seconds{1}).remaining(), seconds{10});
  EXPECT_LE(Deadline{}.or_in(seconds{1}).remaining(), seconds{1});
}

TEST(DeadlineTest, AtMostTakesTheEarlier) {
  EXPECT_LE(Deadline::in(hours{1}).at_most(seconds{1}).remaining(), seconds{1});
  EXPECT_TRUE(Deadline::in(seconds{-1}).at_most(hours{1}).expired());
  EXPECT_LE(Deadline{}.at_most(seconds{1}).remaining(), seconds{1});
}

}  // namespace
}  // namespace drydock
