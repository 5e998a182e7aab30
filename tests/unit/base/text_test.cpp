#include "base/text.h"

#include <gtest/gtest.h>

namespace drydock::text {
namespace {

TEST(PercentEncodeTest, KeepsUnreservedCharactersAndEncodesTheRest) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/c?d=e&f"), "a%20b%2Fc%3Fd%3De%26f");
  EXPECT_EQ(percent_encode(std::string_view{"\0\xff", 2}), "%00%FF");
}

TEST(HasControlTest, FindsLineEndsNulAndDelete) {
  EXPECT_FALSE(has_control("plain text, \xc3\xa9"));
  EXPECT_TRUE(has_control("a\r\nb"));
  EXPECT_TRUE(has_control(std::string_view{"a\0b", 3}));
  EXPECT_TRUE(has_control("a\x7f"));
}

TEST(ContainsIgnoringCaseTest, FindsThePartWhateverItsCase) {
  EXPECT_TRUE(contains_ignoring_case("No Such Image", "such image"));
  EXPECT_TRUE(contains_ignoring_case("x", ""));
  EXPECT_FALSE(contains_ignoring_case("No Such", "such image"));
}

TEST(SplitTest, KeepsEmptyParts) {
  EXPECT_EQ(split("a::b", ':'), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ':'), (std::vector<std::string>{""}));
}

TEST(TrimTest, TakesSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(PrintableTest, EscapesControlCharactersAndCuts) {
  EXPECT_EQ(printable("a\nb"), "a\\x0Ab");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

TEST(LastLinesTest, CountsLinesWithAndWithoutAnEnd) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc", 2), "b\nc");
  EXPECT_EQ(last_lines("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(last_lines("a\nb\n", 0), "");
  EXPECT_EQ(last_lines("", 3), "");
}

TEST(ShellJoinTest, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(shell_join({"sh", "-c", "echo 'hi' $X", ""}), "sh -c 'echo '\\''hi'\\'' $X' ''");
}

}  // namespace
}  // namespace drydock::text
