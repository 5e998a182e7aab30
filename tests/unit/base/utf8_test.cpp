#include "base/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace drydock::text {
namespace {

TEST(IsUtf8Test, TakesWellFormedText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3"));
  EXPECT_TRUE(is_utf8(std::string_view{"\0", 1}));
  EXPECT_TRUE(is_utf8("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(IsUtf8Test, RefusesWhatIsCutOverlongOrOutOfRange) {
  for (const char* bytes :
       {"\x80", "\xff", "\xc3", "a\xe2\x82", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3\x28"}) {
    EXPECT_FALSE(is_utf8(bytes)) << ::testing::PrintToString(std::string{bytes});
  }
}

TEST(Utf8SequenceTest, MeasuresTheFirstSequenceOnly) {
  EXPECT_EQ(utf8_sequence("ab"), 1U);
  EXPECT_EQ(utf8_sequence("\xc3\xa9z"), 2U);
  EXPECT_EQ(utf8_sequence("\xe2\x82\xac\xff"), 3U);
  EXPECT_EQ(utf8_sequence("\xf0\x9f\x90\xb3"), 4U);
  EXPECT_EQ(utf8_sequence(""), 0U);
  EXPECT_EQ(utf8_sequence("\xc3"), 0U);
}

}  // namespace
}  // namespace drydock::text
