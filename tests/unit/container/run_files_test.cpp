#include "container/run_files.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "container/file_lock.h"
#include "support/environment_variable.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunFilesTest : public ::testing::Test {
 protected:
  static drydock::Run run_of(pid_t pid) { return {.id = "session", .owner = {"host", "boot", 1, pid, 7}}; }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path() / "drydock", ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  static bool exclude_each_other(const UniqueFd& one, const UniqueFd& other) {
    return try_lock(one.get(), 1, LockKind::Exclusive) && !try_lock(other.get(), 1, LockKind::Shared);
  }

  const ScratchDirectory scratch_{};
  const EnvironmentVariable state_{"XDG_STATE_HOME", scratch_.path().string()};
};

TEST_F(RunFilesTest, EachContainerOfARunHasAFileForItsUsers) {
  const UniqueFd one = open_use_lock(run_of(1), "unix:///a", "db");
  EXPECT_TRUE(exclude_each_other(one, open_use_lock(run_of(1), "unix:///a", "db")));
  EXPECT_FALSE(exclude_each_other(one, open_use_lock(run_of(1), "unix:///a", "cache")));
  EXPECT_FALSE(exclude_each_other(one, open_use_lock(run_of(1), "unix:///b", "db")));
  EXPECT_FALSE(exclude_each_other(one, open_use_lock(run_of(2), "unix:///a", "db")));
}

TEST_F(RunFilesTest, ARunThatIsThisProcessLeavesNoFile) {
  drydock::Run run = run_of(1);
  run.is_this_process = true;
  const UniqueFd one = open_use_lock(run, "unix:///a", "db");
  EXPECT_TRUE(exclude_each_other(one, open_use_lock(run, "unix:///a", "db")));
  EXPECT_FALSE(exclude_each_other(one, open_use_lock(run, "unix:///a", "cache")));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(RunFilesTest, EachEngineHasAWatchdogOfItsOwn) {
  EXPECT_EQ(watch_lock_path(run_of(1).owner, "unix:///a"), watch_lock_path(run_of(1).owner, "unix:///a"));
  EXPECT_NE(watch_lock_path(run_of(1).owner, "unix:///a"), watch_lock_path(run_of(1).owner, "unix:///b"));
  EXPECT_NE(watch_lock_path(run_of(1).owner, "unix:///a"), watch_lock_path(run_of(2).owner, "unix:///a"));
}

TEST_F(RunFilesTest, ARunsFilesAreRemovedAndNoOthers) {
  const std::string watch = watch_lock_path(run_of(1).owner, "unix:///a");
  (void)open_lock_file(watch);
  (void)open_use_lock(run_of(1), "unix:///a", "db");
  (void)open_use_lock(run_of(1), "unix:///a", "cache");
  (void)open_use_lock(run_of(2), "unix:///a", "db");
  ASSERT_THAT(files(), SizeIs(4));
  remove_run_files(run_of(1).owner, watch);
  EXPECT_THAT(files(), SizeIs(1));
  remove_run_files(run_of(1).owner, "/nonexistent/directory/watch.lock");
}

}  // namespace
}  // namespace drydock
