// Logs on a real engine: reading and following.
#include <gtest/gtest.h>

#include "support/engine_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ClientLogsTest : public EngineTest {
 protected:
  [[nodiscard]] Containers containers() const { return client().containers(); }
  /// Runs the script to its end.
  ContainerId run_to_end(const std::string& script, const std::string& patch = "{}") {
    ContainerId id = run({"sh", "-c", script}, patch);
    containers().wait(id, WaitUntil::NotRunning, Deadline::in(seconds{30}));
    return id;
  }
};

TEST_F(ClientLogsTest, TakesStdoutAndStderrApart) {
  // The engine's json-file log driver itself replaces bytes that are not UTF-8; any others it keeps.
  const Logs logs = containers().logs(run_to_end("echo one; echo two >&2; printf '\\001\\000\\303\\251'"));
  EXPECT_EQ(logs.out, (std::string{"one\n\x01\0\xC3\xA9", 8}));
  EXPECT_EQ(logs.err, "two\n");
  EXPECT_EQ(logs.all.size(), logs.out.size() + logs.err.size());
  EXPECT_FALSE(logs.truncated);
}

TEST_F(ClientLogsTest, ReadsTheTailThatIsAskedFor) {
  const ContainerId id = run_to_end("for i in 1 2 3 4; do echo out$i; done");
  EXPECT_EQ(containers().logs(id, {.tail = 2}).all, "out3\nout4\n");
  EXPECT_EQ(containers().logs(id, {.tail = 0}).all, "");
}

TEST_F(ClientLogsTest, ReadsTheStreamThatIsAskedFor) {
  const ContainerId id = run_to_end("echo out; echo err >&2");
  EXPECT_EQ(containers().logs(id, {.err = false}).all, "out\n");
  EXPECT_EQ(containers().logs(id, {.out = false}).all, "err\n");
}

TEST_F(ClientLogsTest, KeepsTheNewestBytesOfALongLog) {
  const ContainerId id = run_to_end("i=0; while [ $i -lt 20000 ]; do echo line$i; i=$((i+1)); done");
  const Logs logs = containers().logs(id, {.limit = 1000});
  EXPECT_EQ(logs.all.size(), 1000U);
  EXPECT_TRUE(logs.all.ends_with("line19998\nline19999\n"));
  EXPECT_TRUE(logs.truncated);
}

TEST_F(ClientLogsTest, ReadsATty) {
  EXPECT_EQ(containers().logs(run_to_end("echo one", R"({"Tty":true})")).out, "one\r\n");
}

TEST_F(ClientLogsTest, BeginsLinesWithTheirTimeAndReadsSinceATime) {
  if (is_podman()) {
    GTEST_SKIP() << "Podman's times have whole seconds";
  }
  const ContainerId id = run_to_end("echo early; sleep 1.2; echo late");
  const Logs stamped = containers().logs(id, {.timestamps = true});
  EXPECT_EQ(stamped.out.find("early"), std::string{"2026-11-23T23:27:30.638524996Z "}.size()) << stamped.out;
  // The first line's second, plus one: between the two lines.
  std::tm time{};
  ASSERT_NE(::strptime(stamped.out.c_str(), "%Y-%m-%dT%H:%M:%S", &time), nullptr);
  const double fraction = std::stod("0" + stamped.out.substr(19, 10));
  const auto first = seconds{::timegm(&time)} + milliseconds{static_cast<int>(fraction * 1000)};
  EXPECT_EQ(containers().logs(id, {.since = first + milliseconds{600}}).out, "late\n");
  EXPECT_EQ(containers().logs(id, {.since = first - seconds{1}}).out, "early\nlate\n");
}

TEST_F(ClientLogsTest, FollowsToTheEnd) {
  const ContainerId id = run({"sh", "-c", "echo one; sleep 0.3; echo two; echo three >&2"});
  std::string out;
  std::string err;
  EXPECT_TRUE(containers().follow_logs(
      id,
      [&](LogStream stream, std::string_view piece) {
        (stream == LogStream::Stdout ? out : err) += piece;
        return true;
      },
      {}, Deadline::in(seconds{30})));
  EXPECT_EQ(out, "one\ntwo\n");
  EXPECT_EQ(err, "three\n");
}

TEST_F(ClientLogsTest, StopsFollowingWhenTheSinkHasSeenEnough) {
  const ContainerId id = run({"sh", "-c", "echo one; sleep 100"});
  std::string seen;
  EXPECT_FALSE(containers().follow_logs(
      id,
      [&](LogStream, std::string_view piece) {
        seen += piece;
        return false;
      },
      {}, Deadline::in(seconds{30})));
  EXPECT_EQ(seen, "one\n");
}

TEST_F(ClientLogsTest, StopsFollowingAtTheDeadline) {
  const ContainerId id = run({"sleep", "100"});
  const auto follow = [&] {
    containers().follow_logs(
        id, [](LogStream, std::string_view) { return true; }, {}, Deadline::in(milliseconds{300}));
  };
  EXPECT_EQ(code_thrown_by(follow), ErrorCode::Timeout);
}

TEST_F(ClientLogsTest, ThrowsForAContainerThatIsNotThere) {
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().logs(unique_name())); }),
            ErrorCode::NotFound);
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(containers().logs(unique_name(), {.tty = false})); }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace drydock
