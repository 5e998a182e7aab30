#include "container/process_watch.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "container/death_watch.h"

namespace drydock {
namespace {

// This process is in some control group; a piece of its path stands for a container's id.
std::string own_group() {
  return "/";
}

class ChildProcess {
 public:
  ChildProcess() : pid_(::fork()) {
    if (pid_ == 0) {
      ::pause();
      ::_exit(0);
    }
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    kill();
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const { ::kill(pid_, SIGKILL); }
  // Waits for its end without reaping it: it stays a zombie.
  void await_end() const {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }

 private:
  pid_t pid_;
};

TEST(ProcessWatchTest, KnowsTheLivingFromTheDead) {
  const ChildProcess child;
  const ProcessWatch watch{child.pid(), own_group()};
  EXPECT_EQ(watch.is_alive(), true);
  child.kill();
  child.await_end();
  EXPECT_EQ(watch.is_alive(), false);
}

TEST(ProcessWatchTest, WatchesNothingThatIsNotTheContainers) {
  const ChildProcess child;
  const std::string id(64, 'a');
  EXPECT_EQ((ProcessWatch{child.pid(), id}.is_alive()), std::nullopt);
  EXPECT_EQ((ProcessWatch{0, own_group()}.is_alive()), std::nullopt);
  EXPECT_EQ((ProcessWatch{-1, own_group()}.is_alive()), std::nullopt);
  EXPECT_EQ((ProcessWatch{std::int64_t{1} << 40, own_group()}.is_alive()), std::nullopt);
  EXPECT_EQ(ProcessWatch{}.descriptor(), -1);
}

TEST(DeathWatchTest, TellsWhichOneDied) {
  std::mutex mutex;
  std::condition_variable told;
  std::vector<std::uint64_t> dead;
  DeathWatch deaths{[&](std::uint64_t key) {
    const std::lock_guard lock{mutex};
    dead.push_back(key);
    told.notify_all();
  }};
  const ChildProcess first;
  const ChildProcess second;
  const ProcessWatch first_watch{first.pid(), own_group()};
  const ProcessWatch second_watch{second.pid(), own_group()};
  deaths.add(1, first_watch.descriptor());
  deaths.add(2, second_watch.descriptor());
  second.kill();
  std::unique_lock lock{mutex};
  EXPECT_TRUE(told.wait_for(lock, std::chrono::seconds{60}, [&] { return !dead.empty(); }));
  EXPECT_THAT(dead, ::testing::ElementsAre(2));
}

TEST(DeathWatchTest, StopsWithoutADeath) {
  DeathWatch deaths{[](std::uint64_t) { FAIL(); }};
  deaths.stop();
  deaths.stop();
}

}  // namespace
}  // namespace drydock
