#include "cli/mount_argument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock::cli {
namespace {

using ::testing::HasSubstr;

TEST(MountArgumentTest, BindsVolumesAndTmpfsAreToldApart) {
  EXPECT_EQ(parse_mount("type=bind,source=/a,target=/b"), Mount::bind("/a", "/b"));
  EXPECT_EQ(parse_mount("type=volume,source=data,target=/b"), Mount::volume("data", "/b"));
  EXPECT_EQ(parse_mount("type=tmpfs,target=/b"), Mount::tmpfs("/b"));
}

TEST(MountArgumentTest, AVolumeIsTheDefault) {
  EXPECT_EQ(parse_mount("target=/b"), Mount::volume("", "/b"));
}

TEST(MountArgumentTest, KeysHaveShortNames) {
  EXPECT_EQ(parse_mount("type=bind,src=/a,dst=/b,ro"), Mount::bind("/a", "/b", true));
  EXPECT_EQ(parse_mount("type=bind,src=/a,destination=/b,readonly=true"), Mount::bind("/a", "/b", true));
  EXPECT_EQ(parse_mount("type=bind,src=/a,dst=/b,readonly=false"), Mount::bind("/a", "/b"));
}

TEST(MountArgumentTest, ATmpfsHasSizeAndMode) {
  const Mount mount = parse_mount("type=tmpfs,target=/b,tmpfs-size=64m,tmpfs-mode=750");
  EXPECT_EQ(mount.tmpfs_bytes, 64 << 20);
  EXPECT_EQ(mount.tmpfs_mode, 0750U);
  EXPECT_EQ(parse_mount("type=tmpfs,target=/b,tmpfs-size=4096").tmpfs_bytes, 4096);
}

TEST(MountArgumentTest, ValuesMayHoldEqualsSigns) {
  EXPECT_EQ(parse_mount("type=bind,source=/a=b,target=/c").source, "/a=b");
}

TEST(MountArgumentTest, BadOnesAreRefusedByName) {
  for (const char* text :
       {"", "/a:/b", "type=bind,source=/a", "type=nfs,target=/b", "type=bind,source=,target=/b",
        "type=bind,source=/a,target=/b,rw", "type=bind,source=/a,target=/b,ro=1",
        "type=tmpfs,source=/a,target=/b", "type=tmpfs,target=/b,tmpfs-size=big",
        "type=tmpfs,target=/b,tmpfs-size=m", "type=tmpfs,target=/b,tmpfs-size=9223372036854775807g",
        "type=tmpfs,target=/b,tmpfs-mode=9", "type=volume,target=/b,tmpfs-size=1m",
        "type=volume,target=/b,"}) {
    try {
      static_cast<void>(parse_mount(text));
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const InvalidArgumentError& error) {
      EXPECT_THAT(error.what(), HasSubstr("--mount")) << text;
    }
  }
}

}  // namespace
}  // namespace drydock::cli
