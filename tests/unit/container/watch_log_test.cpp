#include "container/watch_log.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/read_file.h"
#include "container/file_lock.h"
#include "container/state_lock.h"
#include "support/environment_variable.h"
#include "support/forked.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class WatchLogTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path() / "drydock", ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (scratch_.path() / "drydock" / name).string();
  }

  const ScratchDirectory scratch_{};
  const EnvironmentVariable state_{"XDG_STATE_HOME", scratch_.path().string()};
};

TEST_F(WatchLogTest, IsMadeAtItsFirstLineForItsUserAlone) {
  WatchLog log{"7-99"};
  EXPECT_THAT(files(), IsEmpty());
  log.write("removed container abc");
  log.write("removed network def");
  ASSERT_THAT(files(), ElementsAre("watch-7-99.log"));
  struct stat info {};
  ASSERT_EQ(::stat(path("watch-7-99.log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const std::string text = read_file(path("watch-7-99.log"));
  EXPECT_THAT(text, HasSubstr("Z removed container abc\n"));
  EXPECT_THAT(text, HasSubstr("Z removed network def\n"));
  EXPECT_THAT(take_failed_watch_logs(), IsEmpty()) << "it did not fail";
}

TEST_F(WatchLogTest, AFailureIsPointedToOnce) {
  WatchLog log{"7-99"};
  log.write("gave up");
  log.fail();
  EXPECT_THAT(take_failed_watch_logs(), ElementsAre(path("watch-7-99.seen.log")));
  EXPECT_THAT(read_file(path("watch-7-99.seen.log")), HasSubstr("gave up"));
  EXPECT_THAT(take_failed_watch_logs(), IsEmpty());
}

TEST_F(WatchLogTest, AFailureOfWhichNothingIsKnownLeavesNoFile) {
  WatchLog log{"7-99"};
  log.fail();
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(WatchLogTest, OldLogsAreRemoved) {
  WatchLog log{"7-99"};
  log.write("removed container abc");
  const auto week_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours{8 * 24};
  std::filesystem::last_write_time(path("watch-7-99.log"), week_ago);
  (void)take_failed_watch_logs();
  EXPECT_THAT(files(), IsEmpty());
}

// A run's watchdog that was killed could not remove them.
TEST_F(WatchLogTest, OldLockFilesAreRemovedToo) {
  const auto week_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours{8 * 24};
  (void)state_directory();
  for (const char* name : {"use-a-b.lock", "use-c-d.lock", "watch-e.lock"}) {
    (void)open_lock_file(path(name));
  }
  std::filesystem::last_write_time(path("use-a-b.lock"), week_ago);
  std::filesystem::last_write_time(path("watch-e.lock"), week_ago);
  (void)take_failed_watch_logs();
  EXPECT_THAT(files(), ElementsAre("use-c-d.lock"));
}

TEST_F(WatchLogTest, OldFilesOfStateLocksAreRemovedUnlessSomebodyHoldsThem) {
  const auto week_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours{8 * 24};
  for (const std::string kind : {"service-a", "matrix-a", "pull-a", "slot-a-0"}) {
    const std::string file = kind + ".lock";
    std::optional<StateLock> held = StateLock::try_take(kind, "");
    std::filesystem::last_write_time(path(file), week_ago);
    (void)take_failed_watch_logs();
    EXPECT_THAT(files(), ElementsAre(file)) << "it is held";
    held.reset();
    (void)take_failed_watch_logs();
    EXPECT_THAT(files(), IsEmpty()) << file;
  }
}

TEST_F(WatchLogTest, AnOldLockFileWhoseSecondByteIsHeldStays) {
  (void)state_directory();
  const UniqueFd file = open_lock_file(path("use-a-b.lock"));
  ASSERT_TRUE(try_lock(file.get(), 1, LockKind::Shared));
  std::filesystem::last_write_time(
      path("use-a-b.lock"), std::filesystem::file_time_type::clock::now() - std::chrono::hours{8 * 24});
  (void)take_failed_watch_logs();
  EXPECT_THAT(files(), ElementsAre("use-a-b.lock"));
}

TEST_F(WatchLogTest, FollowsNoSymbolicLink) {
  std::filesystem::create_directory(scratch_.path() / "drydock");
  std::filesystem::permissions(scratch_.path() / "drydock", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink(scratch_.path() / "target", path("watch-7-99.log"));
  WatchLog log{"7-99"};
  log.write("removed container abc");
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "target"));
}

TEST_F(WatchLogTest, ADirectoryThatOthersCanWriteIsPassedOver) {
  const std::filesystem::path open = scratch_.path() / "drydock";
  std::filesystem::create_directory(open);
  std::filesystem::permissions(open, std::filesystem::perms::all);
  EXPECT_NE(state_directory(), open.string());
}

TEST_F(WatchLogTest, ADirectoryThatCannotBeWrittenIsPassedOver) {
  const std::string closed = scratch_.path() / "drydock";
  std::filesystem::create_directory(closed);
  std::filesystem::permissions(closed,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const EnvironmentVariable home{"HOME", std::nullopt};
  const std::string found = in_forked_child([&] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0) {  // whom no mode keeps out
      std::filesystem::permissions(scratch_.path(), std::filesystem::perms::all);
      if (::chown(closed.c_str(), kNobody, kNobody) != 0 || ::seteuid(kNobody) != 0) {
        return std::string{"root cannot become another user"};
      }
    }
    return state_directory();
  });
  EXPECT_THAT(found, StartsWith("/tmp/drydock-"));
}

}  // namespace
}  // namespace drydock
