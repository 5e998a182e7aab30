#include "container/state_lock.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/environment_variable.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

class StateLockTest : public ::testing::Test {
 private:
  const ScratchDirectory home_{};
  const EnvironmentVariable state_{"XDG_STATE_HOME", home_.path().string()};
};

TEST_F(StateLockTest, HasOneHolderAlsoWithinAProcess) {
  std::optional<StateLock> first = StateLock::try_take("x", "the first");
  ASSERT_TRUE(first);
  EXPECT_FALSE(StateLock::try_take("x", "the second"));
  EXPECT_EQ(StateLock::note_of("x"), "the first");
  EXPECT_TRUE(StateLock::try_take("y", "another lock"));
  first.reset();
  EXPECT_TRUE(StateLock::try_take("x", "2"));
  EXPECT_EQ(StateLock::note_of("x"), "2");
}

TEST_F(StateLockTest, OneOfSeveralIsTheFirstThatIsFree) {
  const auto take = [](std::chrono::milliseconds time) {
    return StateLock::take_one_of({"x", "y"}, "mine", Deadline::in(time));
  };
  const std::optional<StateLock> x = take(std::chrono::milliseconds{0});
  std::optional<StateLock> y = take(std::chrono::milliseconds{0});
  EXPECT_TRUE(x && y);
  EXPECT_FALSE(StateLock::try_take("x", "") || StateLock::try_take("y", ""));
  EXPECT_FALSE(take(std::chrono::milliseconds{5}));
  std::thread holder{[&] { y.reset(); }};
  EXPECT_TRUE(take(std::chrono::minutes{1})) << "it waits";
  holder.join();
}

TEST_F(StateLockTest, AMovedLockIsGivenBackOnce) {
  std::optional<StateLock> first = StateLock::try_take("x", "");
  std::optional<StateLock> moved{std::move(*first)};
  first.reset();
  EXPECT_FALSE(StateLock::try_take("x", ""));
  moved.reset();
  EXPECT_TRUE(StateLock::try_take("x", ""));
}

TEST_F(StateLockTest, AForkedChildsCopyGivesNothingBack) {
  std::optional<StateLock> lock = StateLock::try_take("x", "");
  const pid_t child = ::fork();
  if (child == 0) {
    lock.reset();
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_FALSE(StateLock::try_take("x", "")) << "it is the parent's still";
}

TEST_F(StateLockTest, IsGivenBackThoughAChildHasACopy) {
  std::optional<StateLock> lock = StateLock::try_take("x", "");
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  lock.reset();
  EXPECT_TRUE(StateLock::try_take("x", ""));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(StateLockTest, TheKernelGivesItBackWhenTheHolderDies) {
  int taken[2];
  ASSERT_EQ(::pipe(taken), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::optional<StateLock> lock = StateLock::try_take("x", "");
    [[maybe_unused]] const ssize_t said = ::write(taken[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(taken[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(StateLock::try_take("x", ""));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(StateLock::try_take("x", ""));
  ::close(taken[0]);
  ::close(taken[1]);
}

TEST_F(StateLockTest, AFileThatIsRemovedAtTheEndIsLockedByOneAllTheSame) {
  constexpr auto kRemove = StateLock::AtEnd::Remove;
  std::optional<StateLock> lock = StateLock::try_take("x", "1", kRemove);
  EXPECT_FALSE(StateLock::try_take("x", "2", kRemove));
  lock.reset();
  EXPECT_EQ(StateLock::note_of("x"), "") << "the file is gone";
  EXPECT_TRUE(StateLock::try_take("x", "3", kRemove));
}

TEST_F(StateLockTest, FollowsNoLink) {
  const std::string folder = std::string{std::getenv("XDG_STATE_HOME")} + "/drydock";
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("/tmp/elsewhere", folder + "/x.lock");
  EXPECT_THROW((void)StateLock::try_take("x", ""), std::system_error);
}

}  // namespace
}  // namespace drydock
