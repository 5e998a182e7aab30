#include "container/shell_turn.h"

#include <string>

#include <gtest/gtest.h>

#include "unit/container/fake_duplex.h"

namespace drydock {
namespace {

using End = ShellTurn::End;

Deadline soon() {
  return Deadline::in(std::chrono::seconds{10});
}

TEST(ShellTurnTest, TakesBothStreamsUpToTheirMarks) {
  FakeDuplex stream;
  stream.pieces = {frame(1, "MARKB\nout"), frame(2, "MARKB\nerrMARKE\n"), frame(1, "MARKE7\n")};
  std::string out;
  std::string err;
  ShellTurn turn{stream, "MARK", "text", [&](FrameStream from, std::string_view piece) {
                   (from == FrameStream::Stderr ? err : out) += piece;
                   return true;
                 }};
  EXPECT_EQ(turn.run(soon()), End::Complete);
  EXPECT_EQ(stream.written, "text");
  EXPECT_EQ(out, "out");
  EXPECT_EQ(err, "err");
  EXPECT_EQ(turn.status(), "7");
}

TEST(ShellTurnTest, IsCompleteWhenTheEndCameWithWhatTheSinkWantedNoMoreOf) {
  FakeDuplex stream;
  stream.ends = false;  // it stays silent: another read would wait in vain
  stream.pieces = {frame(2, "MARKB\nMARKE\n") + frame(1, "MARKB\nout\n") + frame(1, "MARKE3\n")};
  ShellTurn turn{stream, "MARK", "", [](auto, auto) { return false; }};
  EXPECT_EQ(turn.run(soon()), End::Stopped);
  turn.discard();
  EXPECT_EQ(turn.run(Deadline::in(std::chrono::milliseconds{0})), End::Complete);
  EXPECT_EQ(turn.status(), "3");
}

}  // namespace
}  // namespace drydock
