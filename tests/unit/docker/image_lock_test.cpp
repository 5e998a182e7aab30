#include "docker/image_lock.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kOne = "sha256:" + std::string(64, '1');
const std::string kTwo = "sha256:" + std::string(64, '2');

TEST(ImageLockTest, ReadsPairsBetweenCommentsAndEmptyLines) {
  const ImageLock lock =
      ImageLock::parse("# ours\n\nredis:7 " + kOne + "\n  localhost:5000/team/app:2 \t" + kTwo + "\r\n", "x");
  EXPECT_EQ(lock.digest_of("redis:7"), kOne);
  EXPECT_EQ(lock.digest_of("localhost:5000/team/app:2"), kTwo);
  EXPECT_FALSE(lock.digest_of("redis:8"));
  EXPECT_THAT(lock.images(), ElementsAre("redis:7", "localhost:5000/team/app:2"));
}

TEST(ImageLockTest, ATagThatIsLeftOutIsLatest) {
  EXPECT_EQ(ImageLock::parse("redis " + kOne, "x").digest_of("redis:latest"), kOne);
  EXPECT_EQ(ImageLock::parse("redis:latest " + kOne, "x").digest_of("redis"), kOne);
}

TEST(ImageLockTest, NamesTheFileAndTheLineOfWhatIsWrong) {
  for (const std::string& line :
       {std::string{"redis:7"}, "redis:7 " + kOne + " more", "Redis " + kOne,
        std::string{"redis:7 sha256:12"}, "redis@" + kOne + " " + kTwo, "fine:1 " + kTwo}) {
    const auto error = thrown_by<InvalidArgumentError>(
        [&] { (void)ImageLock::parse("fine:1 " + kOne + "\n" + line, "my.lock"); });
    ASSERT_TRUE(error) << line;
    EXPECT_THAT(error->what(), StartsWith("my.lock:2: ")) << line;
  }
}

TEST(ImageLockTest, APinChangesItsOwnLineOnly) {
  ImageLock lock = ImageLock::parse("# ours\nredis:7 " + kOne + "\n\n# the rest\napp:1 " + kOne + "\n", "x");
  lock.pin("redis:7", kTwo);
  lock.pin("new", kOne);
  EXPECT_EQ(lock.to_text(),
            "# ours\nredis:7 " + kTwo + "\n\n# the rest\napp:1 " + kOne + "\nnew:latest " + kOne + "\n");
  EXPECT_EQ(ImageLock::parse(lock.to_text(), "x").to_text(), lock.to_text());
}

TEST(ImageLockTest, RefusesAPinThatItCouldNotRead) {
  ImageLock lock;
  EXPECT_THROW(lock.pin("redis:7", "sha256:12"), InvalidArgumentError);
  EXPECT_THROW(lock.pin("redis@" + kOne, kOne), InvalidArgumentError);
}

TEST(ImageLockTest, IsWrittenAndReadBack) {
  const ScratchDirectory folder;
  const std::string path = (folder.path() / "drydock.lock").string();
  EXPECT_EQ(code_thrown_by([&] { (void)ImageLock::read(path); }), ErrorCode::InvalidArgument);
  ImageLock lock;
  lock.pin("redis:7", kOne);
  lock.write(path);
  EXPECT_EQ(ImageLock::read(path).digest_of("redis:7"), kOne);
  EXPECT_THAT(ImageLock::read(path).to_text(), HasSubstr("# Images"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1) << "nothing beside it";
  EXPECT_THROW(lock.write((folder.path() / "none" / "x.lock").string()), std::system_error);
}

}  // namespace
}  // namespace drydock
