// The watchdog as a process: what it inherits, what it answers to, when it ends.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "base/random.h"
#include "base/read_file.h"
#include "base/text.h"
#include "container/owner.h"
#include "support/child_process.h"
#include "support/environment_variable.h"
#include "support/listening_socket.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/tool.h"
#include "support/watchdogs.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kMortal = std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/mortal";

std::vector<std::string> split_stat(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return text::split(stat.substr(stat.rfind(") ") + 2), ' ');
}

class WatchdogProcessTest : public ::testing::Test {
 public:
  // A watchdog that still works would make the scratch directory anew for its log.
  ~WatchdogProcessTest() override {
    for (const std::string& owner : owners_) {
      EXPECT_TRUE(watchdogs_gone(owner));
    }
  }

 protected:
  [[nodiscard]] ChildProcess start(std::map<std::string, std::string> env = {}) {
    env.emplace("DRYDOCK_DEATH", "wait");
    env.emplace("DRYDOCK_SESSION", session_);
    env.emplace("XDG_STATE_HOME", state_.path());
    ChildProcess mortal{{kMortal, "--gtest_filter=Mortal.HoldsOneContainer"}, env};
    owners_.push_back(Owner::of(mortal.pid()).value().to_text());
    return mortal;
  }

  [[nodiscard]] std::vector<std::filesystem::path> logs() const {
    std::vector<std::filesystem::path> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(state_.path() / "drydock", ignored)) {
      found.push_back(entry.path());
    }
    return found;
  }

  const std::string session_ = "watchdog-" + random_hex(8);
  const ScratchDirectory state_{};

 private:
  std::vector<std::string> owners_{};
};

TEST_F(WatchdogProcessTest, StandsApartFromItsOwner) {
  ChildProcess mortal = start({{"BUILD_ID", "42"}, {"RUNNER_TRACKING_ID", "x"}, {"PGPASSWORD", "secret"}});
  const std::vector<pid_t> watchdogs = watchdogs_of(mortal.hear("owner "));
  ASSERT_THAT(watchdogs, SizeIs(1));
  const std::string proc = "/proc/" + std::to_string(watchdogs[0]);
  const std::vector<std::string> stat = split_stat(watchdogs[0]);
  EXPECT_NE(stat[1], std::to_string(mortal.pid())) << "the parent";
  EXPECT_NE(stat[2], std::to_string(::getpgid(mortal.pid()))) << "the process group";
  EXPECT_NE(stat[3], std::to_string(::getsid(mortal.pid()))) << "the session";
  EXPECT_EQ(stat[4], "0") << "the terminal";
  EXPECT_EQ(std::filesystem::read_symlink(proc + "/cwd"), "/");
  const std::string environment = read_file(proc + "/environ");
  EXPECT_THAT(environment, AllOf(HasSubstr("HOME="), Not(HasSubstr("BUILD_ID")),
                                 Not(HasSubstr("RUNNER_TRACKING_ID")), Not(HasSubstr("secret"))));
}

TEST_F(WatchdogProcessTest, InheritsNoDescriptors) {
  ChildProcess mortal = start();
  const std::vector<pid_t> watchdogs = watchdogs_of(mortal.hear("owner "));
  ASSERT_THAT(watchdogs, SizeIs(1));
  std::vector<std::string> targets;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(watchdogs[0]) + "/fd")) {
    targets.push_back(std::filesystem::read_symlink(entry.path()).string());
  }
  // Under ctest it watches ctest, too.
  const std::size_t pidfds = Owner::test_runner() ? 2 : 1;
  EXPECT_EQ(std::count(targets.begin(), targets.end(), "/dev/null"), 2);
  EXPECT_EQ(std::count(targets.begin(), targets.end(), "anon_inode:[pidfd]"), static_cast<long>(pidfds));
  EXPECT_THAT(targets, Contains(StartsWith("socket:")));
  EXPECT_THAT(targets, SizeIs(3 + pidfds));
  // Nobody who reads the owner's output waits for the watchdog.
  mortal.kill(SIGKILL);
  EXPECT_EQ(mortal.wait().signal, SIGKILL);
}

TEST_F(WatchdogProcessTest, KeepsALogThatItsUserAloneCanRead) {
  ChildProcess mortal = start();
  const std::string owner = mortal.hear("owner ");
  EXPECT_THAT(logs(), IsEmpty()) << "there is nothing to say yet";
  mortal.kill(SIGKILL);
  mortal.wait_process();
  EXPECT_TRUE(watchdogs_gone(owner));
  ASSERT_THAT(logs(), SizeIs(1));
  struct stat info {};
  ASSERT_EQ(::stat(logs()[0].c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_THAT(read_file(logs()[0].string()), HasSubstr("removed container "));
}

TEST_F(WatchdogProcessTest, EndsWithAnOwnerThatLeftNothingAndAsksTheEngineNothing) {
  std::string owner;
  {
    ChildProcess clean{{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending", "--gtest_filter=Ending.Passes"},
                       {{"DRYDOCK_SESSION", session_}, {"XDG_STATE_HOME", state_.path()}}};
    owner = Owner::of(clean.pid()).value().to_text();
    EXPECT_EQ(clean.wait().exit_code, 0) << clean.output();
  }
  EXPECT_TRUE(watchdogs_gone(owner));
  EXPECT_THAT(logs(), IsEmpty());
}

TEST_F(WatchdogProcessTest, IsStartedAgainWhenItWasKilled) {
  const std::string owner = Owner::of_this_process().to_text();
  const TestContainer first{idle_spec()};
  const std::vector<pid_t> before = watchdogs_of(owner);
  ASSERT_THAT(before, SizeIs(1));
  const Owner watchdog = Owner::of(before[0]).value();
  ASSERT_EQ(::kill(before[0], SIGKILL), 0);
  // Its command line goes before its socket does.
  while (liveness(watchdog) != Liveness::Dead) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  const TestContainer second{idle_spec()};
  EXPECT_THAT(watchdogs_of(owner), AllOf(SizeIs(1), Not(Contains(before[0]))));
}

// Its output must reach neither the watchdog nor the engine.
TEST_F(WatchdogProcessTest, AnOwnerWithoutStandardStreamsHasAWatchdogAllTheSame) {
  const std::string program = std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending --gtest_filter=Ending.";
  const std::map<std::string, std::string> env{{"DRYDOCK_SESSION", session_}};
  for (const char* streams : {"<&- >&-", ">&-", "<&- >&- 2>&-"}) {
    const SubprocessResult result = run_subprocess({"sh", "-c", program + "Passes " + streams}, env);
    EXPECT_EQ(result.exit_code, 0) << streams << result.output;
    EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty()) << streams;
  }
}

TEST_F(WatchdogProcessTest, WorksUnderAnOwnersLimits) {
  for (const char* limit : {"ulimit -f 0", "ulimit -v 400000"}) {
    ChildProcess mortal{
        {"sh", "-c", std::string{limit} + "; exec " + kMortal + " --gtest_filter=Mortal.HoldsOneContainer"},
        {{"DRYDOCK_SESSION", session_}, {"XDG_STATE_HOME", state_.path().string()}}};
    std::string owner;
    try {
      owner = mortal.hear("owner ");
    } catch (const std::runtime_error&) {
      continue;  // a sanitizer needs more memory than that to start
    }
    mortal.kill(SIGKILL);
    mortal.wait_process();
    EXPECT_TRUE(all_gone("drydock.owner=" + owner)) << limit;
    EXPECT_TRUE(watchdogs_gone(owner));
  }
}

TEST_F(WatchdogProcessTest, IsOneForAllContainersOfAProcess) {
  const TestContainer first{idle_spec()};
  const TestContainer second{idle_spec()};
  EXPECT_THAT(watchdogs_of(Owner::of_this_process().to_text()), SizeIs(1));
}

TEST_F(WatchdogProcessTest, WhenItCannotBeStartedTheUserIsToldOnce) {
  ChildProcess mortal{{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending",
                       "--gtest_filter=Ending.Passes:Ending.FailsAnAssertion"},
                      {{"DRYDOCK_SESSION", session_}, {"DRYDOCK_TOOL", "/nowhere/drydock"}}};
  mortal.wait();
  const std::string notice = "no watchdog for this process";
  const std::size_t at = mortal.output().find(notice);
  ASSERT_NE(at, std::string::npos) << mortal.output();
  EXPECT_EQ(mortal.output().find(notice, at + 1), std::string::npos) << mortal.output();
  EXPECT_THAT(mortal.output(), AllOf(HasSubstr("/nowhere/drydock"), HasSubstr("DRYDOCK_WATCHDOG=off")));
  EXPECT_THAT(left_behind("drydock.session=" + session_), IsEmpty()) << "the guards did their work";
}

TEST_F(WatchdogProcessTest, WithoutOneTheNextRunSweeps) {
  ChildProcess mortal = start({{"DRYDOCK_WATCHDOG", "off"}});
  const std::string owner = mortal.hear("owner ");
  EXPECT_THAT(watchdogs_of(owner), IsEmpty());
  mortal.kill(SIGKILL);
  mortal.wait_process();
  ASSERT_THAT(left_behind("drydock.owner=" + owner), SizeIs(1));
  ChildProcess next{{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending", "--gtest_filter=Ending.Passes"},
                    {{"DRYDOCK_LOG", "info"}}};
  EXPECT_EQ(next.wait().exit_code, 0);
  EXPECT_THAT(left_behind("drydock.owner=" + owner), IsEmpty());
  EXPECT_THAT(next.output(), HasSubstr("which a process that lives no more left behind"));
}

TEST_F(WatchdogProcessTest, AFailureIsPointedToByTheNextRunAndOnlyOnce) {
  const std::filesystem::path folder = state_.path() / "drydock";
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  std::ofstream{folder / "watch-1-2.failed.log"} << "gave up\n";
  const std::map<std::string, std::string> env{{"XDG_STATE_HOME", state_.path()}};
  const std::vector<std::string> argv{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending",
                                      "--gtest_filter=Ending.HoldsAStatic"};
  EXPECT_THAT(run_subprocess(argv, env).output, HasSubstr("watch-1-2.seen.log"));
  EXPECT_THAT(run_subprocess(argv, env).output, Not(HasSubstr("watch-1-2")));
}

TEST_F(WatchdogProcessTest, RefusesAnOwnerThatRunsNoMore) {
  Owner gone = Owner::of_this_process();
  gone.start_time -= 1;
  // Its answer goes to its stdin, a socket; here that is none, and its exit is all there is to see.
  const SubprocessResult result =
      run_tool({"watch", "--owner", gone.to_text(), "--endpoint", "unix:///var/run/docker.sock"});
  EXPECT_EQ(result.exit_code, 0) << "of the first process, which has nothing to judge by";
  EXPECT_TRUE(watchdogs_gone(gone.to_text()));
}

TEST_F(WatchdogProcessTest, RefusesWhatIsNoOwnerOrNoEndpoint) {
  EXPECT_EQ(run_tool({"watch", "--owner", "me", "--endpoint", "unix:///x"}).exit_code, 2);
  EXPECT_EQ(run_tool({"watch", "--owner", Owner::of_this_process().to_text(), "--endpoint", "x"}).exit_code,
            2);
  EXPECT_EQ(run_tool({"watch"}).exit_code, 2);
}

}  // namespace
}  // namespace drydock
