#include "container/exec_pump.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "unit/container/fake_duplex.h"

namespace drydock {
namespace {

using End = ExecPump::End;

/// A pump with all that it needs; options are set before it is made.
struct Rig {
  explicit Rig(ExecOptions exec_options = {}) : options(std::move(exec_options)) {}

  End run(Deadline deadline = Deadline::in(std::chrono::seconds{10}), Deadline until = {}) {
    return pump.run(deadline, until);
  }

  ExecOptions options;
  FakeDuplex stream{};
  ExecResult result{};
  ExecOutput output{options, result};
  ExecInput input{options};
  ExecPump pump{stream, options.tty, input, output};
};

TEST(ExecPumpTest, TakesStreamsApartUntilTheEnd) {
  Rig rig;
  rig.stream.pieces = {frame(1, "out"), frame(2, "err") + frame(1, std::string{"\0\xff\n", 3})};
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, (std::string{"out\0\xff\n", 6}));
  EXPECT_EQ(rig.result.err, "err");
}

TEST(ExecPumpTest, PutsFramesTogetherThatAreSplitAnywhere) {
  Rig rig;
  for (const char byte : frame(1, "hello") + frame(2, "world")) {
    rig.stream.pieces.emplace_back(1, byte);
  }
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, "hello");
  EXPECT_EQ(rig.result.err, "world");
}

TEST(ExecPumpTest, TakesATerminalsBytesAsTheyAre) {
  Rig rig{{.tty = true}};
  rig.stream.pieces = {frame(1, "x")};
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, frame(1, "x"));
}

TEST(ExecPumpTest, CallsAStreamThatEndsInsideAFrameBroken) {
  Rig rig;
  rig.stream.pieces = {frame(1, "hello").substr(0, 10)};
  EXPECT_THROW(rig.run(), ConnectionError);
  EXPECT_EQ(rig.result.out, "he");
}

TEST(ExecPumpTest, TakesAResetForTheEndWhereInputWasLeftOver) {
  Rig rig{{.input = std::string(2500, 'i')}};
  rig.stream.refuses_writes = true;
  rig.stream.is_reset = true;
  rig.stream.pieces = {frame(1, "done")};
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, "done");
}

TEST(ExecPumpTest, CallsAResetABrokenConnectionWhereNoInputWasLeftOver) {
  Rig rig;
  rig.stream.is_reset = true;
  EXPECT_THROW(rig.run(), ConnectionError);
  Rig with_input{{.input = "all of it"}};
  with_input.stream.reads_first = true;
  with_input.stream.is_reset = true;
  EXPECT_THROW(with_input.run(), ConnectionError);
}

TEST(ExecPumpTest, WritesAllInputInStepsAndThenEndsIt) {
  Rig rig{{.input = std::string(2500, 'i')}};
  rig.stream.reads_first = true;
  rig.stream.pieces = {frame(1, "done")};
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.stream.written, std::string(2500, 'i'));
  EXPECT_TRUE(rig.stream.write_closed);
  EXPECT_EQ(rig.result.out, "done");
}

TEST(ExecPumpTest, ReadsWhileItWrites) {
  Rig rig{{.input = std::string(5000, 'i')}};
  rig.stream.write_capacity = 1;
  rig.stream.pieces = {frame(1, "early")};
  rig.stream.ends = true;
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, "early");
  EXPECT_LT(rig.stream.written.size(), 5000U) << "it read only after all was written";
}

TEST(ExecPumpTest, DrawsFromTheSourceUntilItIsDry) {
  int calls = 0;
  Rig rig{{.input_source = [&calls](std::span<char> buffer) -> std::size_t {
    if (++calls > 3) {
      return 0;
    }
    std::fill_n(buffer.begin(), 1500, static_cast<char>('a' + calls));
    return 1500;
  }}};
  rig.stream.reads_first = true;
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.stream.written, std::string(1500, 'b') + std::string(1500, 'c') + std::string(1500, 'd'));
  EXPECT_TRUE(rig.stream.write_closed);
  EXPECT_EQ(calls, 4);
}

TEST(ExecPumpTest, EndsAnEmptyInputAtOnce) {
  Rig rig{{.input = ""}};
  rig.stream.reads_first = true;
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_TRUE(rig.stream.write_closed);
}

TEST(ExecPumpTest, ToleratesACommandThatClosesItsStdin) {
  Rig rig{{.input = std::string(5000, 'i')}};
  rig.stream.refuses_writes = true;
  rig.stream.pieces = {frame(1, "a"), frame(1, "b")};
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, "ab");
}

TEST(ExecPumpTest, EndsATerminalsInputByEotAndNeverHalfCloses) {
  const auto written_for = [](const std::string& input) {
    Rig rig{{.tty = true, .input = input}};
    rig.stream.ends = false;
    EXPECT_EQ(rig.run(Deadline::in(std::chrono::milliseconds{5})), End::Deadline);
    EXPECT_FALSE(rig.stream.write_closed);
    EXPECT_FALSE(rig.input.open());
    return rig.stream.written;
  };
  EXPECT_EQ(written_for("line\n"), "line\n\x04");
  EXPECT_EQ(written_for("part"), "part\x04\x04");
  EXPECT_EQ(written_for(""), "\x04");
}

TEST(ExecPumpTest, StopsAtTheDeadlineAndKeepsWhatCame) {
  Rig rig;
  rig.stream.pieces = {frame(1, "so far")};
  rig.stream.ends = false;
  EXPECT_EQ(rig.run(Deadline::in(std::chrono::milliseconds{5})), End::Deadline);
  EXPECT_EQ(rig.result.out, "so far");
}

TEST(ExecPumpTest, StopsAtTheDeadlineThoughOutputNeverPauses) {
  Rig rig{{.on_stdout = [](std::string_view) { return true; }}};
  rig.stream.pieces.assign(100'000, frame(1, "x"));
  EXPECT_EQ(rig.run(Deadline::in({})), End::Deadline);
}

TEST(ExecPumpTest, ReturnsForATickAndGoesOn) {
  Rig rig;
  rig.stream.ends = false;
  EXPECT_EQ(rig.run(Deadline::in(std::chrono::hours{1}), Deadline::in({})), End::Ticked);
  rig.stream.pieces = {frame(1, "later")};
  rig.stream.ends = true;
  EXPECT_EQ(rig.run(), End::Closed);
  EXPECT_EQ(rig.result.out, "later");
  EXPECT_EQ(rig.pump.received(), 13U);
}

TEST(ExecPumpTest, StopsWhenASinkCancels) {
  int calls = 0;
  Rig rig{{.on_stdout = [&calls](std::string_view) { return ++calls < 2; }}};
  rig.stream.pieces = {frame(1, "a"), frame(1, "b"), frame(1, "c")};
  EXPECT_EQ(rig.run(), End::Stopped);
  EXPECT_EQ(rig.output.state(), ExecOutput::State::Cancelled);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(rig.stream.reads, 2) << "it read on after the cancel";
}

TEST(ExecPumpTest, LetsThroughWhatASinkThrows) {
  Rig rig{{.on_stderr = [](std::string_view) -> bool { throw std::out_of_range("from the sink"); }}};
  rig.stream.pieces = {frame(2, "x")};
  EXPECT_THROW(rig.run(), std::out_of_range);
}

TEST(ExecPumpTest, RefusesWhatIsNoFrame) {
  Rig rig;
  rig.stream.pieces = {"HTTP/1.1 500 Internal Server Error"};
  EXPECT_THROW(rig.run(), ProtocolError);
}

}  // namespace
}  // namespace drydock
