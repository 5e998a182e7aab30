// Execs on a real engine, call by call.
#include <array>

#include <gtest/gtest.h>

#include "support/engine_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using std::chrono::seconds;

class ClientExecsTest : public EngineTest {
 protected:
  [[nodiscard]] Execs execs() const { return client().execs(); }

  /// Reads to the end of the stream.
  static std::string read_all(Duplex& stream) {
    const Deadline deadline = Deadline::in(seconds{30});
    std::string out;
    std::array<char, 4096> buffer{};
    while (stream.wait(false, deadline).readable) {
      const std::size_t size = stream.read(buffer);
      if (size == 0) {
        return out;
      }
      out.append(buffer.data(), size);
    }
    ADD_FAILURE() << "the stream did not end; so far: " << out;
    return out;
  }

  const ContainerId container_ = run({"sleep", "100"});
};

TEST_F(ClientExecsTest, RunsACommandAndKnowsItsExitCode) {
  const ExecId exec = execs().create(container_, {.argv = {"sh", "-c", "echo hi; exit 3"}});
  const ExecDetails before = execs().inspect(exec);
  EXPECT_FALSE(before.running);
  EXPECT_NE(read_all(*execs().start(exec, false)).find("hi\n"), std::string::npos);
  const ExecDetails after = execs().inspect(exec);
  EXPECT_EQ(after.container_id, container_);
  EXPECT_FALSE(after.running);
  EXPECT_EQ(after.exit_code, 3);
}

TEST_F(ClientExecsTest, FeedsStdinToItsEnd) {
  const ExecId exec =
      execs().create(container_, {.argv = {"sh", "-c", "cat; echo end"}, .attach_stdin = true});
  const std::unique_ptr<Duplex> stream = execs().start(exec, false);
  ASSERT_TRUE(stream->wait(true, Deadline::in(seconds{30})).writable);
  EXPECT_EQ(stream->write("hello\n"), 6U);
  stream->close_write();
  const std::string out = read_all(*stream);
  EXPECT_NE(out.find("hello\n"), std::string::npos);
  EXPECT_NE(out.find("end\n"), std::string::npos);
}

TEST_F(ClientExecsTest, GivesATtyAndResizesIt) {
  const ExecId exec = execs().create(
      container_, {.argv = {"sh", "-c", "read x; stty size"}, .tty = true, .attach_stdin = true});
  const std::unique_ptr<Duplex> stream = execs().start(exec, true);
  execs().resize(exec, 41, 97);
  ASSERT_TRUE(stream->wait(true, Deadline::in(seconds{30})).writable);
  EXPECT_EQ(stream->write("\n"), 1U);
  EXPECT_NE(read_all(*stream).find("41 97\r\n"), std::string::npos);
}

TEST_F(ClientExecsTest, PassesEnvironmentUserAndDirectoryOn) {
  const ExecId exec = execs().create(container_, {.argv = {"sh", "-c", "echo \"$A:$(id -u):$(pwd)\""},
                                                  .env = {{"A", "x y=\xC3\xA9"}},
                                                  .user = "12:34",
                                                  .working_dir = "/tmp"});
  EXPECT_NE(read_all(*execs().start(exec, false)).find("x y=\xC3\xA9:12:/tmp\n"), std::string::npos);
}

TEST_F(ClientExecsTest, StartsDetached) {
  if (is_podman()) {
    GTEST_SKIP() << "Podman 4.3 never sees the end of a detached exec";
  }
  const ExecId exec = execs().create(container_, {.argv = {"sh", "-c", "exit 5"}});
  execs().start_detached(exec, false);
  const Deadline deadline = Deadline::in(seconds{30});
  ExecDetails details = execs().inspect(exec);
  while (details.exit_code != 5 && !deadline.expired()) {
    details = execs().inspect(exec, deadline);
  }
  EXPECT_EQ(details.exit_code, 5);
}

TEST_F(ClientExecsTest, RefusesAContainerThatDoesNotRun) {
  const ContainerId stopped = create({"true"});
  EXPECT_EQ(code_thrown_by([&] { execs().create(stopped, {.argv = {"true"}}); }), ErrorCode::Conflict);
  client().containers().pause(container_);
  EXPECT_EQ(code_thrown_by([&] { execs().create(container_, {.argv = {"true"}}); }), ErrorCode::Conflict);
  client().containers().unpause(container_);
}

TEST_F(ClientExecsTest, TellsThatThereIsNoSuchExecOrContainer) {
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(execs().inspect("nosuch")); }), ErrorCode::NotFound);
  EXPECT_EQ(code_thrown_by([&] { execs().start("nosuch", false); }), ErrorCode::NotFound);
  EXPECT_EQ(code_thrown_by([&] { execs().create(unique_name(), {.argv = {"true"}}); }), ErrorCode::NotFound);
}

}  // namespace
}  // namespace drydock
