#include "container/line_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

using testing::ElementsAre;

int count(const LinePattern& pattern, std::initializer_list<std::string_view> pieces) {
  LineCounter counter{pattern};
  for (const std::string_view piece : pieces) {
    counter.feed(piece);
  }
  return counter.count();
}

TEST(LineCounterTest, FindsALineThatIsSplitAnywhere) {
  const LinePattern pattern{"is ready", ""};
  const std::string text = "boot\nserver is ready now\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    EXPECT_EQ(count(pattern, {view.substr(0, cut), view.substr(cut)}), 1) << "cut at " << cut;
  }
}

TEST(LineCounterTest, CountsLinesNotPiecesNorOccurrences) {
  const LinePattern pattern{"x", ""};
  EXPECT_EQ(count(pattern, {"x x x", " x", "\n", "y\nx\n", "x"}), 3);
}

TEST(LineCounterTest, DoesNotFindTextAcrossALineEnd) {
  EXPECT_EQ(count(LinePattern{"ab", ""}, {"a\nb"}), 0);
}

TEST(LineCounterTest, CountsAnUnfinishedLineAtOnce) {
  EXPECT_EQ(count(LinePattern{"login:", ""}, {"login:"}), 1);
  EXPECT_EQ(count(LinePattern{"", "^login"}, {"log", "in"}), 1);
}

TEST(LineCounterTest, MatchesTheEndOfALineOnlyWhenItIsComplete) {
  const LinePattern pattern{"", "port 80$"};
  EXPECT_EQ(count(pattern, {"port 80", "80\n"}), 0);
  EXPECT_EQ(count(pattern, {"port 80", "\n"}), 1);
  LineCounter counter{pattern};
  counter.feed("port 80");
  EXPECT_EQ(counter.count(), 0);
  counter.finish();
  EXPECT_EQ(counter.count(), 1);
}

TEST(LineCounterTest, TakesATerminalsLineEnds) {
  EXPECT_EQ(count(LinePattern{"", "^ready$"}, {"ready\r\n"}), 1);
}

TEST(LineCounterTest, WantsTextAndPatternOnOneLine) {
  const LinePattern pattern{"ready", "[0-9]+"};
  EXPECT_EQ(count(pattern, {"ready\n42\n"}), 0);
  EXPECT_EQ(count(pattern, {"ready 42\n"}), 1);
}

TEST(LineCounterTest, BearsLinesOf60Kilobytes) {
  const std::string line = std::string(60'000, 'a') + " needle 7\n";
  EXPECT_EQ(count(LinePattern{"needle", ""}, {line}), 1);
  EXPECT_EQ(count(LinePattern{"", "^(a|b)* needle [0-9]$"}, {line}), 1);
  EXPECT_EQ(count(LinePattern{"", "needle [0-9]"}, {line}), 1);
}

TEST(LineCounterTest, BearsNulBytes) {
  const std::string_view line{"a\0needle\n", 9};
  EXPECT_EQ(count(LinePattern{"needle", ""}, {line}), 1);
  EXPECT_EQ(count(LinePattern{"", "needle$"}, {line}), 1);
}

TEST(LineCounterTest, BoundsTheMemoryOfALineThatNeverEnds) {
  const LinePattern pattern{"never", ""};
  LineCounter counter{pattern};
  const std::string piece(std::size_t{1} << 20, 'x');
  counter.feed(piece);
  counter.feed(piece);
  EXPECT_EQ(counter.newest().size(), 2U) << "the line was not cut";
}

TEST(LineCounterTest, RemembersTheNewestLines) {
  const LinePattern pattern{"never", ""};
  LineCounter counter{pattern};
  counter.feed("1\n2\n3\n4\n5\n6\n7");
  EXPECT_THAT(counter.newest(), ElementsAre("2", "3", "4", "5", "6", "7"));
}

TEST(LinePatternTest, RefusesABadPattern) {
  EXPECT_THROW(LinePattern("", "(unclosed"), InvalidArgumentError);
}

}  // namespace
}  // namespace drydock
