#include "container/marked_stream.h"

#include <string>

#include <gtest/gtest.h>

namespace drydock {
namespace {

const std::string kMark =
    "\x1e"
    "0123456789abcdef0123456789abcdef";

struct Taken {
  std::string output{};
  MarkedStream stream{kMark};

  void feed(std::string_view bytes) { output += stream.feed(bytes); }
};

std::string whole() {
  using namespace std::string_literals;
  return "junk" + kMark + "B\nout\0\x1e"s + kMark.substr(0, 9) + "\x1e\x1e" + kMark + "B\n" + kMark +
         "E137\nmore";
}

std::string expected() {
  using namespace std::string_literals;
  return "out\0\x1e"s + kMark.substr(0, 9) + "\x1e\x1e" + kMark + "B\n";
}

TEST(MarkedStreamTest, TakesTheSameWhereverItIsCut) {
  const std::string bytes = whole();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Taken taken;
    taken.feed(std::string_view{bytes}.substr(0, cut));
    taken.feed(std::string_view{bytes}.substr(cut));
    EXPECT_EQ(taken.output, expected()) << "cut at " << cut;
    EXPECT_TRUE(taken.stream.is_done());
    EXPECT_EQ(taken.stream.status(), "137");
  }
}

TEST(MarkedStreamTest, TakesTheSameByteByByte) {
  Taken taken;
  for (const char byte : whole()) {
    taken.feed({&byte, 1});
  }
  EXPECT_EQ(taken.output, expected());
  EXPECT_EQ(taken.stream.status(), "137");
}

TEST(MarkedStreamTest, HandsOutputOnBeforeTheEnd) {
  Taken taken;
  taken.feed(kMark + "B\nline\n");
  EXPECT_EQ(taken.output, "line\n");
  EXPECT_TRUE(taken.stream.has_begun());
  EXPECT_FALSE(taken.stream.is_done());
}

TEST(MarkedStreamTest, KeepsTheFirstWordsThatComeInsteadOfAnAnswer) {
  Taken taken;
  taken.feed("no such file\n");
  EXPECT_EQ(taken.stream.before(), "no such file\n");
  EXPECT_FALSE(taken.stream.has_begun());
  for (int i = 0; i < 100; ++i) {
    taken.feed(std::string(1000, 'x'));
  }
  EXPECT_LT(taken.stream.before().size(), 6000U);
  taken.feed(kMark + "B\nafter");
  EXPECT_EQ(taken.output, "after");
}

TEST(MarkedStreamTest, BoundsAStatus) {
  Taken taken;
  taken.feed(kMark + "B\n" + kMark + "E" + std::string(5000, '1'));
  EXPECT_FALSE(taken.stream.is_done());
  EXPECT_EQ(taken.stream.status(), std::string(64, '1'));
}

}  // namespace
}  // namespace drydock
