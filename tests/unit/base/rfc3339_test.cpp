#include "base/rfc3339.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(ParseRfc3339Test, KeepsNanoseconds) {
  EXPECT_EQ(parse_rfc3339("1970-01-02T00:00:01.000000001Z"), seconds{86401} + nanoseconds{1});
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:34:56.5Z"), seconds{1709210096} + nanoseconds{500000000});
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:34:56Z"), seconds{1709210096});
}

TEST(ParseRfc3339Test, TakesTheZoneOff) {
  EXPECT_EQ(parse_rfc3339("2024-02-29T13:34:56+01:00"), seconds{1709210096});
  EXPECT_EQ(parse_rfc3339("2024-02-29T07:04:56-05:30"), seconds{1709210096});
}

TEST(ParseRfc3339Test, ReadsTheTimeAtTheFrontOfALogLine) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:07.000000000Z ready\n"), seconds{7});
}

TEST(ParseRfc3339Test, RefusesWhatIsNoTime) {
  for (const char* text : {"", "ready", "1970-01-01", "1970-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
                           "1970-01-01T00:00:00", "1970-01-01T00:00:00+01", "-970-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace drydock
