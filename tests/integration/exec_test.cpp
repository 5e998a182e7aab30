// Commands in a real container: what comes back, and how their ends are told.
#include "drydock/container/exec.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/engine_container.h"

namespace drydock {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class ExecTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { container_ = new EngineContainer; }
  static void TearDownTestSuite() {
    delete container_;
    container_ = nullptr;
  }

  static ExecResult run(const std::vector<std::string>& argv, const ExecOptions& options = {}) {
    return run_exec(container_->client(), container_->id(), argv, options);
  }
  static ExecResult sh(const std::string& script, const ExecOptions& options = {}) {
    return run({"sh", "-c", script}, options);
  }

  static EngineContainer* container_;
};

EngineContainer* ExecTest::container_ = nullptr;

/// Returns bytes of every value, in an order that no line-based reader keeps.
std::string binary(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

TEST_F(ExecTest, KeepsStreamsApartAndTellsTheExitCode) {
  const ExecResult result = sh("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.container, short_id(container_->id()));
  EXPECT_GT(result.wall_time, 1ms);
  EXPECT_EQ(result.note, "");
}

TEST_F(ExecTest, CallsABadCommandAResult) {
  const ExecResult missing = run({"no-such-command"});
  EXPECT_THAT(missing.exit_code, testing::AnyOf(126, 127));
  EXPECT_THAT(missing.out + missing.err, HasSubstr("no-such-command"));
  EXPECT_EQ(run({"/etc/passwd"}).exit_code, 126);
  EXPECT_EQ(sh("no-such-command").exit_code, 127);
}

TEST_F(ExecTest, CallsASignalledCommandAResult) {
  EXPECT_EQ(sh("kill -9 $$").exit_code, 137);
  EXPECT_EQ(sh("kill -15 $$").exit_code, 143);
}

TEST_F(ExecTest, PassesEnvironmentUserAndWorkingDirectory) {
  const ExecResult result =
      sh("echo $GREETING; id -u; id -g; pwd",
         {.env = {{"GREETING", "a 'b' \"c\" \xc3\xa9"}}, .user = "1000:1001", .working_dir = "/tmp"});
  EXPECT_EQ(result.out, "a 'b' \"c\" \xc3\xa9\n1000\n1001\n/tmp\n");
}

TEST_F(ExecTest, GivesAllCapabilitiesToAPrivilegedCommand) {
  const std::string script = "sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status";
  const ExecResult privileged = sh(script, {.privileged = true});
  if (privileged.exit_code != 0 &&
      (privileged.out + privileged.err).find("unable to apply caps") != std::string::npos) {
    GTEST_SKIP() << "this engine may not give capabilities: " << privileged.out << privileged.err;
  }
  ASSERT_EQ(privileged.exit_code, 0) << privileged.out << privileged.err;
  constexpr std::uint64_t kSysAdmin = std::uint64_t{1} << 21U;
  EXPECT_EQ(std::stoull(sh(script).out, nullptr, 16) & kSysAdmin, 0U);
  EXPECT_EQ(std::stoull(privileged.out, nullptr, 16) & kSysAdmin, kSysAdmin);
}

TEST_F(ExecTest, HasNoStdinUnlessItIsGivenOne) {
  const ExecResult result = run({"cat"}, {.timeout = 10s});
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecTest, EchoesAMegabyteOfBinaryInput) {
  const std::string bytes = binary(1 << 20);
  const ExecResult result = run({"cat"}, {.input = bytes});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(result.out == bytes) << result.out.size() << " bytes came back";
}

TEST_F(ExecTest, CarriesBigInputAndBigOutputAtOnce) {
  constexpr std::size_t kSize = std::size_t{16} << 20;
  const std::string bytes = binary(kSize);
  std::size_t given = 0;
  std::string taken;
  const ExecResult result = run({"cat"}, {.input_source =
                                              [&](std::span<char> buffer) {
                                                const std::size_t size =
                                                    std::min(buffer.size(), kSize - given);
                                                std::copy_n(bytes.data() + given, size, buffer.data());
                                                given += size;
                                                return size;
                                              },
                                          .on_stdout =
                                              [&](std::string_view piece) {
                                                taken.append(piece);
                                                return true;
                                              }});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "") << "a stream with a sink is not kept";
  EXPECT_TRUE(taken == bytes) << taken.size() << " bytes came back";
}

TEST_F(ExecTest, ToleratesACommandThatDoesNotReadItsInput) {
  const ExecResult result =
      sh("head -c 5; echo; echo done", {.timeout = 20s, .input = std::string(8 << 20, 'x')});
  EXPECT_EQ(result.out, "xxxxx\ndone\n");
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecTest, EndsAnEmptyInput) {
  const ExecResult result = sh("cat; echo done", {.timeout = 20s, .input = ""});
  EXPECT_EQ(result.out, "done\n");
}

TEST_F(ExecTest, JoinsBothStreamsOnATerminal) {
  const ExecResult result = sh("test -t 1 && echo out && echo err >&2", {.tty = true});
  EXPECT_EQ(result.out, "out\r\nerr\r\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecTest, KeepsATerminalsOutputAfterTheEndOfItsInput) {
  const ExecResult result =
      sh("stty -echo; cat; sleep 0.3; echo done", {.timeout = 20s, .tty = true, .input = "in\n"});
  EXPECT_THAT(result.out, testing::EndsWith("in\r\ndone\r\n"));
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecTest, HandsPiecesToSinksInTheCallersThread) {
  std::string out, err;
  bool elsewhere = false;
  const auto into = [&](std::string& kept) {
    return [&, caller = std::this_thread::get_id()](std::string_view piece) {
      elsewhere |= std::this_thread::get_id() != caller;
      kept.append(piece);
      return true;
    };
  };
  const ExecResult result = sh("echo a; echo b >&2", {.on_stdout = into(out), .on_stderr = into(err)});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(out, "a\n");
  EXPECT_EQ(err, "b\n");
  EXPECT_FALSE(elsewhere);
}

TEST_F(ExecTest, TruncatesOutputOverTheLimitAndRunsOn) {
  const ExecResult result = sh("head -c 3000000 /dev/zero; echo end >&2; exit 4",
                               {.output_limit = 1000, .on_output_limit = OnOutputLimit::Truncate});
  EXPECT_EQ(result.out.size(), 1000U);
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.exit_code, 4) << "it was not run to its end";
}

TEST_F(ExecTest, WaitsForTheStreamUnlessToldToSettleByTheProcess) {
  const std::string script = "echo early; (sleep 5; echo late) & exit 5";
  const ExecResult process = sh(script, {.ends = ExecEnds::WithProcess});
  EXPECT_EQ(process.exit_code, 5);
  EXPECT_EQ(process.out, "early\n");
  EXPECT_LT(process.wall_time, 4500ms);
  const ExecResult stream = sh(script);
  EXPECT_EQ(stream.exit_code, 5);
  EXPECT_GT(stream.wall_time, 4500ms);
}

TEST_F(ExecTest, LosesNoOutputWhenItSettlesByTheProcess) {
  const ExecResult result = sh("head -c 2000000 /dev/zero; sleep 100 &", {.ends = ExecEnds::WithProcess});
  EXPECT_EQ(result.out.size(), 2'000'000U);
  sh("kill $(pidof sleep)");
}

TEST_F(ExecTest, RunsOnWhenTheCommandClosesItsOutput) {
  const ExecResult result = sh("exec >&- 2>&-; sleep 0.5; exit 6");
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_GT(result.wall_time, 400ms);
}

TEST_F(ExecTest, RunsSeveralAtOnce) {
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&right, i] {
      const std::string word = "word " + std::to_string(i);
      right += sh("cat; exit " + std::to_string(i), {.input = word}).out == word ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(right, 8);
}

TEST_F(ExecTest, StartsADetachedCommandAndReturnsAtOnce) {
  const auto start = std::chrono::steady_clock::now();
  const std::string id =
      run_detached(container_->client(), container_->id(), {"sh", "-c", "sleep 3; echo x >/tmp/detached"});
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2900ms);
  EXPECT_TRUE(container_->client().execs().inspect(id).running);
  const ExecResult seen = sh("while ! test -s /tmp/detached; do sleep 0.05; done", {.timeout = 10s});
  EXPECT_EQ(seen.exit_code, 0);
}

}  // namespace
}  // namespace drydock
