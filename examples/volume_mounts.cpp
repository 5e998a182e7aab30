// Mounts: a directory of this machine, a named volume, and memory.
//
// What to look at: a spec is checked before anything is sent. A bind mount's source must exist; engines would
// otherwise make it, as an empty directory that belongs to root.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;
using testing::HasSubstr;

// Each test gets a directory of its own on this machine, and a container that sleeps.
class MountTest : public ContainerTest {
 public:
  ~MountTest() override { std::filesystem::remove_all(directory_); }

 protected:
  MountTest() {
    std::string name = (std::filesystem::temp_directory_path() / "drydock-example-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary directory can be made");
    }
    directory_ = name;
    std::filesystem::permissions(directory_, std::filesystem::perms{0755});
  }

  TestContainer& start_with(Mount mount) {
    return start(
        {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}, .mounts = {std::move(mount)}});
  }

  std::filesystem::path directory_;
};

TEST_F(MountTest, BindsADirectoryOfThisMachine) {
  std::ofstream{directory_ / "greeting"} << "hello\n";
  const TestContainer& box = start_with(Mount::bind(directory_, "/data"));
  EXPECT_THAT(box.exec({"cat", "/data/greeting"}), Succeeded(StdoutIs("hello\n")));
  EXPECT_THAT(box.sh("echo back > /data/answer"), Succeeded());
  EXPECT_TRUE(std::filesystem::exists(directory_ / "answer"));
}

TEST_F(MountTest, ReadOnlyMeansReadOnly) {
  const TestContainer& box = start_with(Mount::bind(directory_, "/data", /*read_only=*/true));
  EXPECT_THAT(box.exec({"touch", "/data/x"}), ExitedWith(1, StderrIs(HasSubstr("Read-only file system"))));
}

TEST_F(MountTest, AMissingSourceIsRefusedBeforeAnythingIsSent) {
  EXPECT_THROW(start_with(Mount::bind(directory_ / "missing", "/data")), InvalidArgumentError);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "missing"));
}

TEST_F(MountTest, AVolumeOutlivesItsContainers) {
  const TestVolume& data = volume();  // a unique name; removed at the test's end, after the containers
  EXPECT_THAT(start_with(Mount::volume(data.name(), "/data")).sh("echo kept > /data/x"), Succeeded());
  EXPECT_THAT(start_with(Mount::volume(data.name(), "/data")).exec({"cat", "/data/x"}),
              Succeeded(StdoutIs("kept\n")));
}

TEST_F(MountTest, ATmpfsIsMemory) {
  const TestContainer& box = start_with(Mount::tmpfs("/scratch", 1 << 20));
  EXPECT_THAT(box.sh("grep ' /scratch ' /proc/mounts"), Succeeded(StdoutIs(HasSubstr("tmpfs"))));
  EXPECT_THAT(box.sh("head -c 2000000 /dev/zero > /scratch/x"), ExitedWith(1));  // over its size limit
}
