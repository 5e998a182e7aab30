#include "container/file_lock.h"

#include <sys/stat.h>
#include <system_error>

#include <gtest/gtest.h>

#include "support/scratch_directory.h"

namespace drydock {
namespace {

class FileLockTest : public ::testing::Test {
 protected:
  const ScratchDirectory scratch_{};
  const std::string path_ = (scratch_.path() / "lock").string();
};

TEST_F(FileLockTest, TheFileIsMadeForItsUserAlone) {
  const UniqueFd file = open_lock_file(path_);
  struct stat info {};
  ASSERT_EQ(::fstat(file.get(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(FileLockTest, ASymbolicLinkIsNotFollowed) {
  std::filesystem::create_symlink("/dev/null", path_);
  EXPECT_THROW((void)open_lock_file(path_), std::system_error);
}

TEST_F(FileLockTest, EachOpenOfTheFileExcludesTheOthersInOneProcessToo) {
  const UniqueFd first = open_lock_file(path_);
  const UniqueFd second = open_lock_file(path_);
  EXPECT_TRUE(try_lock(first.get(), 0, LockKind::Exclusive));
  EXPECT_FALSE(try_lock(second.get(), 0, LockKind::Shared));
  EXPECT_TRUE(try_lock(second.get(), 1, LockKind::Shared)) << "another byte is another lock";
  unlock(first.get(), 0);
  EXPECT_TRUE(try_lock(second.get(), 0, LockKind::Shared));
}

TEST_F(FileLockTest, ALookTakesNothing) {
  const UniqueFd holder = open_lock_file(path_);
  const UniqueFd looker = open_lock_file(path_);
  EXPECT_FALSE(is_locked_by_another(looker.get(), 0));
  EXPECT_TRUE(try_lock(holder.get(), 0, LockKind::Exclusive)) << "the look left no lock";
  EXPECT_TRUE(is_locked_by_another(looker.get(), 0));
  EXPECT_FALSE(is_locked_by_another(holder.get(), 0)) << "its own is none of another";
}

TEST_F(FileLockTest, AClosedFileHoldsNothing) {
  const UniqueFd looker = open_lock_file(path_);
  {
    const UniqueFd holder = open_lock_file(path_);
    ASSERT_TRUE(try_lock(holder.get(), 0, LockKind::Exclusive));
  }
  EXPECT_FALSE(is_locked_by_another(looker.get(), 0));
}

}  // namespace
}  // namespace drydock
