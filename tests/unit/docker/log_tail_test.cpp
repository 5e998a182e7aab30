#include "docker/log_tail.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

TEST(LogTailTest, KeepsAllThatFitsExactly) {
  LogTail tail{4};
  tail.append(LogStream::Stdout, "ab");
  tail.append(LogStream::Stderr, "cd");
  const Logs logs = std::move(tail).take();
  EXPECT_EQ(logs.all, "abcd");
  EXPECT_FALSE(logs.truncated);
}

TEST(LogTailTest, KeepsTheEndOfOneLargePiece) {
  LogTail tail{3};
  tail.append(LogStream::Stdout, "abcdef");
  const Logs logs = std::move(tail).take();
  EXPECT_EQ(logs.all, "def");
  EXPECT_TRUE(logs.truncated);
}

TEST(LogTailTest, KeepsNothingWhenNothingIsAllowed) {
  LogTail tail{0};
  tail.append(LogStream::Stdout, "ab");
  tail.append(LogStream::Stderr, "c");
  const Logs logs = std::move(tail).take();
  EXPECT_EQ(logs.all, "");
  EXPECT_TRUE(logs.truncated);
}

TEST(LogTailTest, IsEmptyWhenNothingCame) {
  const Logs logs = LogTail{10}.take();
  EXPECT_EQ(logs.all, "");
  EXPECT_FALSE(logs.truncated);
}

TEST(LogTailTest, KeepsTheNewestOfManyPiecesOfBothStreams) {
  constexpr std::size_t kLimit = 200'000;
  LogTail tail{kLimit};
  std::string whole;
  for (int i = 0; i < 100'000; ++i) {
    const std::string line = std::to_string(i) + "\n";
    tail.append(i % 1000 < 900 ? LogStream::Stdout : LogStream::Stderr, line);
    whole += line;
  }
  const Logs logs = std::move(tail).take();
  EXPECT_EQ(logs.all, whole.substr(whole.size() - kLimit));
  EXPECT_EQ(logs.out.size() + logs.err.size(), kLimit);
  EXPECT_TRUE(logs.out.ends_with("99899\n"));
  EXPECT_TRUE(logs.err.ends_with("99999\n"));
}

}  // namespace
}  // namespace drydock
