#include <gtest/gtest.h>

#include "drydock/container/spec.h"

namespace drydock {
namespace {

TEST(MountTest, FactoriesSetWhatTheyAreNamedAfter) {
  const Mount bind = Mount::bind("/src", "/dst", true);
  EXPECT_EQ(bind.type, Mount::Type::Bind);
  EXPECT_EQ(bind.source, "/src");
  EXPECT_EQ(bind.target, "/dst");
  EXPECT_TRUE(bind.read_only);

  const Mount volume = Mount::volume("data", "/var/lib/data");
  EXPECT_EQ(volume.type, Mount::Type::Volume);
  EXPECT_EQ(volume.source, "data");
  EXPECT_FALSE(volume.read_only);

  const Mount tmpfs = Mount::tmpfs("/scratch", 1 << 20);
  EXPECT_EQ(tmpfs.type, Mount::Type::Tmpfs);
  EXPECT_EQ(tmpfs.source, "");
  EXPECT_EQ(tmpfs.target, "/scratch");
  EXPECT_EQ(tmpfs.tmpfs_bytes, 1 << 20);
  EXPECT_EQ(tmpfs.tmpfs_mode, 01777U);
}

}  // namespace
}  // namespace drydock
