// Images of containers and copies of volumes, on a real engine.
#include "drydock/container/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_volume.h"
#include "drydock/container/volume_snapshot.h"

#include "support/real_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class SnapshotTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }

  [[nodiscard]] std::optional<ImageDetails> find(const std::string& reference) const {
    return client_.images().find(reference);
  }
  static ContainerSpec from(const Snapshot& snapshot) {
    ContainerSpec spec = idle_spec();
    spec.image = snapshot.image();
    return spec;
  }

  Client client_ = Client::from_environment();
};

TEST_F(SnapshotTest, StartsOthersFromAPreparedContainer) {
  std::optional<TestContainer> box{idle_spec()};
  ASSERT_EQ(box->sh("echo new > /added; rm /etc/issue; chown 7:8 /etc/passwd").exit_code, 0);
  const Snapshot snapshot = box->snapshot();
  EXPECT_EQ(box->inspect().state.status, ContainerStatus::Running);
  box.reset();
  const TestContainer first{from(snapshot)};
  const TestContainer second{from(snapshot)};
  for (const TestContainer* copy : {&first, &second}) {
    EXPECT_EQ(copy->sh("cat /added; test -e /etc/issue; echo $?; stat -c %u:%g /etc/passwd").out,
              "new\n1\n7:8\n");
  }
}

TEST_F(SnapshotTest, HoldsNothingOfTheSpecsEnvironmentCommandAndLabels) {
  ContainerSpec spec = idle_spec();
  spec.env = {{"PASSWORD", "canary-7431"}, {"PATH", "/canary-7431:/bin"}};
  spec.command = {"sh", "-c", "sleep 600 # canary-7431"};
  spec.labels = {{"note", "canary-7431"}};
  const TestContainer box{spec};
  const Snapshot snapshot = box.snapshot();
  const ImageDetails image = client_.images().inspect(snapshot.image());
  EXPECT_THAT(image.json, Not(HasSubstr("canary-7431")));
  const ImageDetails base = client_.images().inspect(kBusybox);
  EXPECT_EQ(image.env, base.env);
  EXPECT_EQ(image.command, base.command);
  // Nor does any other image of this session, such as one on the way.
  EXPECT_THAT(left_behind_here(), ElementsAre(StartsWith("container "), "image " + image.id));
}

TEST_F(SnapshotTest, VolumesAndTmpfsAreNotInIt) {
  const TestVolume volume;
  ContainerSpec spec = idle_spec();
  spec.mounts = {Mount::volume(volume.name(), "/named"), Mount::volume("", "/anonymous"),
                 Mount::tmpfs("/scratch")};
  const TestContainer box{spec};
  ASSERT_EQ(box.sh("touch /named/x /anonymous/x /scratch/x").exit_code, 0);
  const Snapshot snapshot = box.snapshot();
  const TestContainer copy{from(snapshot)};
  EXPECT_EQ(copy.sh("ls /named /anonymous /scratch | grep -c x").out, "0\n");
}

TEST_F(SnapshotTest, IsRemovedWithItsGuard) {
  const TestContainer box{idle_spec()};
  std::string first;
  {
    Snapshot snapshot = box.snapshot({.pause = false});
    first = snapshot.image();
    EXPECT_TRUE(find(first));
    Snapshot other = box.snapshot();
    const std::string second = other.image();
    EXPECT_NE(first, second);
    snapshot = std::move(other);
    EXPECT_FALSE(find(first));
    EXPECT_TRUE(find(second));
    EXPECT_THROW((void)other.image(), InvalidArgumentError);  // NOLINT(bugprone-use-after-move)
    EXPECT_TRUE(snapshot.remove());
    EXPECT_FALSE(snapshot.remove());
    EXPECT_FALSE(find(second));
  }
  EXPECT_TRUE(find(kBusybox));
}

TEST_F(SnapshotTest, ASnapshotOfASnapshotOutlivesIt) {
  const TestContainer box{idle_spec()};
  ASSERT_EQ(box.exec({"touch", "/one"}).exit_code, 0);
  std::optional<Snapshot> second;
  {
    const Snapshot first = box.snapshot();
    const TestContainer copy{from(first)};
    ASSERT_EQ(copy.exec({"touch", "/two"}).exit_code, 0);
    second.emplace(copy.snapshot());
  }
  const TestContainer last{from(*second)};
  EXPECT_EQ(last.sh("ls -d /one /two").out, "/one\n/two\n");
}

TEST_F(SnapshotTest, OneThatAContainerUsesIsNotRemoved) {
  const TestContainer box{idle_spec()};
  Snapshot snapshot = box.snapshot();
  {
    const TestContainer copy{from(snapshot)};
    EXPECT_EQ(code_thrown_by([&] { snapshot.remove(); }), ErrorCode::Conflict);
  }
  EXPECT_TRUE(snapshot.remove());
}

TEST_F(SnapshotTest, OfAContainerThatIsGoneSaysSo) {
  const TestContainer box{idle_spec()};
  ASSERT_TRUE(client_.containers().remove(box.id()));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(box.snapshot()); }), ErrorCode::NotFound);
}

class VolumeSnapshotTest : public SnapshotTest {
 protected:
  [[nodiscard]] ContainerSpec mounted() const {
    ContainerSpec spec = idle_spec();
    spec.mounts = {Mount::volume(volume_->name(), "/data")};
    return spec;
  }

  void TearDown() override {
    volume_.reset();
    SnapshotTest::TearDown();
  }

  std::optional<TestVolume> volume_{VolumeConfig{.labels = {{"team", "blue"}}}};
};

TEST_F(VolumeSnapshotTest, PutsBackContentsOwnersModesAndLinks) {
  constexpr const char* kList =
      "cd /data && find . | sort | xargs stat -c '%n %F %a %u:%g %h' && readlink soft && cat dir/file";
  std::optional<TestContainer> box{mounted()};
  ASSERT_EQ(
      box->sh("cd /data && mkdir dir && echo text > dir/file && chown 5:6 dir/file && chmod 640 dir/file &&"
              "ln -s dir/file soft && ln dir/file hard && chmod 750 . && chown 3:4 .")
          .exit_code,
      0);
  const std::string before = box->sh(kList).out;
  const VolumeSnapshot snapshot{*box, volume_->name()};
  EXPECT_EQ(snapshot.volume(), volume_->name());
  EXPECT_GT(snapshot.bytes(), 0U);
  EXPECT_EQ(box->inspect().state.status, ContainerStatus::Running);
  ASSERT_EQ(box->sh("cd /data && rm -r dir hard && touch extra && chmod 777 .").exit_code, 0);

  EXPECT_EQ(code_thrown_by([&] { snapshot.restore(); }), ErrorCode::Conflict) << "a container uses it";
  EXPECT_EQ(box->exec({"test", "-e", "/data/extra"}).exit_code, 0) << "it is as it was";
  box.reset();
  const Labels labels = client_.volumes().inspect(volume_->name()).labels;
  snapshot.restore();
  EXPECT_EQ(client_.volumes().inspect(volume_->name()).labels, labels);
  const TestContainer after{mounted()};
  EXPECT_EQ(after.sh(kList).out, before);
}

TEST_F(VolumeSnapshotTest, BringsAVolumeBackThatIsGone) {
  std::optional<TestContainer> box{mounted()};
  ASSERT_EQ(box->exec({"touch", "/data/file"}).exit_code, 0);
  const VolumeSnapshot snapshot{*box, volume_->name()};
  box.reset();
  ASSERT_TRUE(client_.volumes().remove(volume_->name()));
  snapshot.restore();
  const TestContainer after{mounted()};
  EXPECT_EQ(after.exec({"ls", "/data"}).out, "file\n");
}

TEST_F(VolumeSnapshotTest, DoesNotMakeAVolumeThatIsNotThere) {
  const TestContainer box{mounted()};
  const std::string missing = volume_->name() + "-missing";
  EXPECT_EQ(code_thrown_by([&] { VolumeSnapshot(box, missing); }), ErrorCode::NotFound);
  EXPECT_FALSE(client_.volumes().find(missing));
}

TEST_F(VolumeSnapshotTest, HasALimit) {
  const TestContainer box{mounted()};
  ASSERT_EQ(box.sh("head -c 300000 /dev/zero > /data/large").exit_code, 0);
  EXPECT_EQ(code_thrown_by([&] { VolumeSnapshot(box, volume_->name(), {.limit = 100'000}); }),
            ErrorCode::ResponseTooLarge);
  EXPECT_EQ(box.inspect().state.status, ContainerStatus::Running);
}

}  // namespace
}  // namespace drydock
