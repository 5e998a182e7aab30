// Clean containers that cost less than new ones: reset, snapshots, images that are prepared once.
//
// What to look at: each policy of reset brings back something else. Where a test's dirt lies decides which
// one is enough; changes() names it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/reset.h"
#include "drydock/container/seeded_image.h"
#include "drydock/container/snapshot.h"
#include "drydock/container/volume_snapshot.h"
#include "drydock/gtest.h"

using namespace drydock;
using testing::ElementsAre;
using testing::HasSubstr;

class ResetExample : public ContainerTest {
 protected:
  static ContainerSpec idle(const std::string& image = "drydock-test/busybox:1") {
    return {.image = image, .command = {"sleep", "1000"}, .network_mode = "none"};
  }
};

TEST_F(ResetExample, RecreateTakesTheImageAnew) {
  TestContainer& box = start(idle());
  EXPECT_THAT(box.sh("rm /etc/issue"), Succeeded());
  box.reset(reset::Recreate{});
  EXPECT_THAT(box.exec({"cat", "/etc/issue"}), Succeeded(StdoutIs("drydock test image\n")));
}

TEST_F(ResetExample, RestartKeepsTheFileSystem) {
  TestContainer& box = start(idle());
  EXPECT_THAT(box.sh("echo kept > /file"), Succeeded());
  box.reset(reset::Restart{.grace = std::chrono::seconds{0}});  // sleep ignores the stop signal
  EXPECT_THAT(box.exec({"cat", "/file"}), Succeeded(StdoutIs("kept\n")));
}

TEST_F(ResetExample, ExecRunsACleanUpCommand) {
  TestContainer& box = start(idle());
  EXPECT_THAT(box.sh("mkdir -p /spool; touch /spool/job"), Succeeded());
  box.reset(reset::Exec{.argv = {"sh", "-c", "rm -rf /spool/*"}});
  EXPECT_THAT(box.exec({"ls", "/spool"}), Succeeded(StdoutIs("")));
}

TEST_F(ResetExample, AFailedCleanUpIsAnErrorWithItsOutput) {
  TestContainer& box = start(idle());
  try {
    box.reset(reset::Exec{.argv = {"sh", "-c", "echo no such table >&2; exit 3"}});
    FAIL() << "the clean-up succeeded";
  } catch (const ContainerStartError& error) {
    EXPECT_EQ(error.code(), ErrorCode::CommandFailed);
    EXPECT_THAT(error.what(), HasSubstr("no such table"));
  }
  // What cannot be cleaned is not used again.
  EXPECT_EQ(box.client().containers().find(box.id()), std::nullopt);
}

TEST_F(ResetExample, AStandingNetworkKeepsTheAddress) {
  ContainerSpec spec{.image = "drydock-test/web:1",
                     .ports = {8080},
                     .ready = {wait::HttpOk{.path = "/health"}},
                     .standing_network = true};
  TestContainer& web = start(spec);
  const std::string address = web.address(8080);  // told to a client, once
  web.reset(reset::Recreate{});
  EXPECT_EQ(web.address(8080), address);
}

TEST_F(ResetExample, ASnapshotIsAPreparedContainerToGoBackTo) {
  TestContainer& box = start(idle());
  EXPECT_THAT(box.sh("echo 'schema and rows' > /database"), Succeeded());  // takes long
  const Snapshot prepared = box.snapshot();
  for (int test = 0; test < 2; ++test) {
    EXPECT_THAT(box.sh("echo dirt >> /database"), Succeeded());
    box.reset(reset::FromSnapshot{.image = prepared.image()});
    EXPECT_THAT(box.exec({"cat", "/database"}), Succeeded(StdoutIs("schema and rows\n")));
  }
  box.remove();  // before its image
}

TEST_F(ResetExample, AVolumesContentsArePutBack) {
  const TestVolume& data = volume();
  ContainerSpec spec = idle();
  spec.mounts = {Mount::volume(data.name(), "/data")};
  TestContainer& box = start(spec);
  EXPECT_THAT(box.sh("echo rows > /data/table"), Succeeded());
  const VolumeSnapshot rows{box, data.name()};
  EXPECT_THAT(box.sh("echo dirt >> /data/table; touch /data/more"), Succeeded());
  box.reset(reset::FromSnapshot{.volumes = {rows}});
  EXPECT_THAT(box.sh("ls /data; cat /data/table"), Succeeded(StdoutIs("table\nrows\n")));
}

TEST_F(ResetExample, ChangesNameWhatATestDirtied) {
  const TestContainer& box = start(idle());
  const std::vector<FileChange> before = box.changes();
  EXPECT_THAT(box.sh("mkdir /spool; touch /spool/job"), Succeeded());
  EXPECT_THAT(box.changes(before), ElementsAre(FileChange{"/spool", ChangeKind::Added},
                                               FileChange{"/spool/job", ChangeKind::Added}));
}

TEST_F(ResetExample, ASeededImageIsPreparedOnceForAllRuns) {
  const SeedSpec seed{.base = "drydock-test/busybox:1",
                      .files = {{.path = "/seed.txt", .content = "rows\n"}},
                      .command = {"sleep", "1000"},
                      .commands = {{"sh", "-c", "sort /seed.txt > /database"}},
                      .stop_grace = std::chrono::seconds{0}};  // a database needs some
  const std::string image = seeded_image(Client::from_environment(), seed);
  const TestContainer& box = start(idle(image));
  EXPECT_THAT(box.exec({"cat", "/database"}), Succeeded(StdoutIs("rows\n")));
}

TEST_F(ResetExample, ResetContainerReplacesWhateverHasTheName) {
  const std::string name = "drydock-example-reset-" + volume().name();
  const Client client = Client::from_environment();
  ContainerSpec spec = idle();
  spec.command = {"sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"};  // stops when it is asked to
  const TestContainer first = reset_container(client, name, spec);
  const TestContainer second = reset_container(client, name, spec);
  EXPECT_EQ(client.containers().find(first.id()), std::nullopt);
  EXPECT_THAT(second, IsRunning());
}
