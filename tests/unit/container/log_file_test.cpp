#include "container/log_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <system_error>

#include <gtest/gtest.h>

namespace drydock {
namespace {

namespace fs = std::filesystem;

class LogFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "drydock-log-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  static mode_t mode_of(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777U;
  }
  static std::string content_of(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  fs::path root_;
};

TEST_F(LogFileTest, IsReadableByItsOwnerAlone) {
  const std::string path = save_log((root_ / "a/b").string(), "Suite.Test-redis", "line\n");
  EXPECT_EQ(path, (root_ / "a/b/Suite.Test-redis.log").string());
  EXPECT_EQ(content_of(path), "line\n");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of((root_ / "a").string()), 0700U);
  EXPECT_EQ(mode_of((root_ / "a/b").string()), 0700U);
}

TEST_F(LogFileTest, OverwritesNothing) {
  const std::string first = save_log(root_.string(), "x", "one");
  const std::string second = save_log(root_.string(), "x", "two");
  EXPECT_NE(first, second);
  EXPECT_EQ(content_of(first), "one");
  EXPECT_EQ(content_of(second), "two");
}

TEST_F(LogFileTest, FollowsNoLinkInTheFilesPlace) {
  const fs::path victim = root_ / "victim";
  std::ofstream{victim} << "precious";
  fs::create_symlink(victim, root_ / "x.log");
  fs::create_symlink(root_ / "not-there", root_ / "x-2.log");
  const std::string path = save_log(root_.string(), "x", "log");
  EXPECT_EQ(path, (root_ / "x-3.log").string());
  EXPECT_EQ(content_of(victim.string()), "precious");
  EXPECT_FALSE(fs::exists(root_ / "not-there"));
}

TEST_F(LogFileTest, StaysInItsDirectory) {
  const std::string path = save_log(root_.string(), "../../etc/pass wd\n", "x");
  EXPECT_EQ(fs::path{path}.parent_path(), root_);
  EXPECT_EQ(fs::path{path}.filename(), "_.._.._etc_pass_wd_.log");
}

TEST_F(LogFileTest, SaysWhyItCannotBeWritten) {
  std::ofstream{root_ / "file"} << "in the way";
  EXPECT_THROW(save_log((root_ / "file/logs").string(), "x", "log"), std::system_error);
}

TEST_F(LogFileTest, NamesAreBounded) {
  EXPECT_EQ(safe_file_name(std::string(1000, 'a')).size(), 150U);
  EXPECT_EQ(safe_file_name(""), "_");
  EXPECT_EQ(safe_file_name(".hidden"), "_.hidden");
}

TEST_F(LogFileTest, DirectoryIsChosenByTheTestThenTheEnvironment) {
  ::unsetenv("DRYDOCK_LOG_DIR");
  EXPECT_EQ(log_directory(""), "drydock-logs");
  ::setenv("DRYDOCK_LOG_DIR", "/tmp/logs", 1);
  EXPECT_EQ(log_directory(""), "/tmp/logs");
  EXPECT_EQ(log_directory("mine"), "mine");
  ::unsetenv("DRYDOCK_LOG_DIR");
}

}  // namespace
}  // namespace drydock
