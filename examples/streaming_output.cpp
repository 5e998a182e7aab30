// Output as it comes: a sink sees each piece while the command still runs.
//
// What to look at: the next piece is read when the sink has returned, so a slow sink slows the command and
// not the memory; a sink that returns false ends the command. The exit code is asked of the engine at the
// end: that a stream has ended does not mean that its command has succeeded.
#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

struct Busybox {
  static ContainerSpec spec() { return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}}; }
};

class StreamTest : public SuiteContainer<Busybox> {};

TEST_F(StreamTest, ASinkSeesOutputWhileTheCommandRuns) {
  std::string seen;
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration first{};
  const ExecResult result =
      container().sh("echo one; sleep 1; echo two; exit 5", {.on_stdout = [&](std::string_view piece) {
                       if (seen.empty()) {
                         first = std::chrono::steady_clock::now() - begin;
                       }
                       seen += piece;
                       return true;
                     }});
  EXPECT_EQ(seen, "one\ntwo\n");
  EXPECT_LT(first, result.wall_time - std::chrono::milliseconds{500});  // long before the end
  EXPECT_EQ(result.out, "");                                            // what a sink has seen is not kept
  EXPECT_THAT(result, ExitedWith(5));
}

TEST_F(StreamTest, StdoutAndStderrHaveSinksOfTheirOwn) {
  std::string out;
  std::string err;
  const auto append_to = [](std::string& text) {
    return [&text](std::string_view piece) {
      text += piece;
      return true;
    };
  };
  EXPECT_THAT(
      container().sh("echo o; echo e >&2", {.on_stdout = append_to(out), .on_stderr = append_to(err)}),
      Succeeded());
  EXPECT_EQ(out, "o\n");
  EXPECT_EQ(err, "e\n");
}

TEST_F(StreamTest, ASinkCanEndTheCommand) {
  std::size_t bytes = 0;
  const ExecResult result = container().exec({"yes"}, {.on_stdout = [&bytes](std::string_view piece) {
                                               bytes += piece.size();
                                               return bytes < 1000;
                                             }});
  EXPECT_TRUE(result.cancelled);
  EXPECT_GE(bytes, 1000U);
  // What became of the command is in result.note; here it was killed, and does not run on.
  EXPECT_THAT(container().sh("pidof yes"), ExitedWith(1));
}
