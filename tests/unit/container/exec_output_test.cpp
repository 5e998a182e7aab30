#include "container/exec_output.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

using State = ExecOutput::State;

TEST(ExecOutputTest, KeepsTheFirstBytesOfBothStreamsAndStopsAtTheLimit) {
  const ExecOptions options{.output_limit = 5};
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_TRUE(output.take(FrameStream::Stdout, "abc"));
  EXPECT_TRUE(output.take(FrameStream::Stderr, "de"));
  EXPECT_EQ(output.state(), State::Open);
  EXPECT_FALSE(output.take(FrameStream::Stdout, "f"));
  EXPECT_EQ(output.state(), State::LimitPassed);
  EXPECT_FALSE(output.take(FrameStream::Stdout, "g"));
  EXPECT_EQ(result.out, "abc");
  EXPECT_EQ(result.err, "de");
}

TEST(ExecOutputTest, CutsThePieceThatPassesTheLimit) {
  const ExecOptions options{.output_limit = 4};
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_FALSE(output.take(FrameStream::Stdout, "abcdef"));
  EXPECT_EQ(result.out, "abcd");
  EXPECT_TRUE(result.truncated);
}

TEST(ExecOutputTest, DropsTheRestWhenAskedTo) {
  const ExecOptions options{.output_limit = 4, .on_output_limit = OnOutputLimit::Truncate};
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_TRUE(output.take(FrameStream::Stdout, "abcdef"));
  EXPECT_TRUE(output.take(FrameStream::Stderr, "x"));
  EXPECT_EQ(output.state(), State::Open);
  EXPECT_EQ(result.out, "abcd");
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(result.truncated);
}

TEST(ExecOutputTest, DoesNotCountWhatGoesToASink) {
  std::string seen;
  const ExecOptions options{.on_stdout = [&seen](std::string_view piece) { return seen.append(piece), true; },
                            .output_limit = 2};
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_TRUE(output.take(FrameStream::Stdout, "a long piece"));
  EXPECT_TRUE(output.take(FrameStream::Stderr, "ok"));
  EXPECT_EQ(seen, "a long piece");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "ok");
  EXPECT_FALSE(result.truncated);
}

TEST(ExecOutputTest, CallsNoSinkAfterItCancelled) {
  int calls = 0;
  const ExecOptions options{.on_stdout = [&calls](std::string_view) { return ++calls > 99; }};
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_FALSE(output.take(FrameStream::Stdout, "a"));
  EXPECT_FALSE(output.take(FrameStream::Stdout, "b"));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(output.state(), State::Cancelled);
}

TEST(ExecOutputTest, PutsTheEnginesOwnComplaintsWithTheErrors) {
  const ExecOptions options;
  ExecResult result;
  ExecOutput output{options, result};
  EXPECT_TRUE(output.take(FrameStream::SystemError, "broken"));
  EXPECT_EQ(result.err, "broken");
}

}  // namespace
}  // namespace drydock
