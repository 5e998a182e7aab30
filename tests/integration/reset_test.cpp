// What each policy of reset brings back on a real engine, and what it does not: a container that is dirtied
// in every way is looked at afterwards.
#include "drydock/container/reset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/evidence.h"
#include "drydock/container/snapshot.h"
#include "drydock/container/test_volume.h"

#include "support/real_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// Names what is still dirty, one word a line.
constexpr const char* kLook = R"(
test ! -e /added || echo added
test -e /etc/issue || echo deleted
! grep -q dirt /etc/passwd || echo modified
test ! -e /named/dirt || echo named
test ! -e /anonymous/dirt || echo anonymous
test ! -e /scratch/dirt || echo tmpfs
! ps | grep -q '[s]leep 4321' || echo process
)";

class ResetTest : public ::testing::Test {
 protected:
  void TearDown() override {
    box_.reset();
    volume_.reset();
    EXPECT_THAT(left_behind_here(), IsEmpty());
  }

  // Starts a container with a mount of every kind.
  TestContainer& start() {
    ContainerSpec spec = idle_spec();
    spec.mounts = {Mount::volume(volume_.emplace().name(), "/named"), Mount::volume("", "/anonymous"),
                   Mount::tmpfs("/scratch")};
    spec.files = {{.path = "/prepared", .content = "by the spec"}};
    return start(std::move(spec));
  }
  TestContainer& start(ContainerSpec spec) { return box_.emplace(std::move(spec)); }

  // Dirties all of it.
  static void dirty(const TestContainer& box) {
    ASSERT_EQ(box.sh("echo x > /added; rm /etc/issue; echo '# dirt' >> /etc/passwd; echo x > /prepared;"
                     "for d in named anonymous scratch; do echo x > /$d/dirt; done")
                  .exit_code,
              0);
    box.exec_detached({"sleep", "4321"});
    ASSERT_TRUE(eventually(box, "process"));
  }

  static std::vector<std::string> dirt(const TestContainer& box) {
    const ExecResult result = box.sh(kLook);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<std::string> words;
    std::istringstream lines{result.out};
    for (std::string word; lines >> word;) {
      words.push_back(word);
    }
    return words;
  }

  static bool eventually(const TestContainer& box, const std::string& word) {
    const Deadline deadline = Deadline::in(std::chrono::seconds{30});
    while (!deadline.expired()) {
      const auto words = dirt(box);
      if (std::find(words.begin(), words.end(), word) != words.end()) {
        return true;
      }
    }
    return false;
  }

  static std::string prepared(const TestContainer& box) { return box.exec({"cat", "/prepared"}).out; }

  std::optional<TestVolume> volume_;
  std::optional<TestContainer> box_;
};

TEST_F(ResetTest, TheDirtyTestIsDirtyInEveryWay) {
  TestContainer& box = start();
  EXPECT_THAT(dirt(box), IsEmpty());
  dirty(box);
  EXPECT_THAT(dirt(box),
              UnorderedElementsAre("added", "deleted", "modified", "named", "anonymous", "tmpfs", "process"));
}

TEST_F(ResetTest, RecreateBringsBackAllButNamedVolumes) {
  TestContainer& box = start();
  dirty(box);
  const ContainerId id = box.id();
  const std::string name = box.name();
  box.reset(reset::Recreate{});
  EXPECT_THAT(dirt(box), UnorderedElementsAre("named"));
  EXPECT_EQ(prepared(box), "by the spec");
  EXPECT_NE(box.id(), id);
  EXPECT_EQ(box.name(), name);
}

TEST_F(ResetTest, RestartBringsBackProcessesAndTmpfsOnly) {
  TestContainer& box = start();
  dirty(box);
  const ContainerId id = box.id();
  box.reset(reset::Restart{.grace = std::chrono::seconds{0}});
  EXPECT_THAT(dirt(box), UnorderedElementsAre("added", "deleted", "modified", "named", "anonymous"));
  EXPECT_EQ(box.id(), id);
}

TEST_F(ResetTest, ExecBringsBackWhatTheCommandDoes) {
  TestContainer& box = start();
  dirty(box);
  const ContainerId id = box.id();
  box.reset(reset::Exec{.argv = {"sh", "-c", "rm /added /named/dirt /scratch/dirt"}});
  EXPECT_THAT(dirt(box), UnorderedElementsAre("deleted", "modified", "anonymous", "process"));
  EXPECT_EQ(box.id(), id);
}

TEST_F(ResetTest, FromSnapshotBringsBackTheFileSystemOfTheSnapshot) {
  TestContainer& box = start();
  ASSERT_EQ(box.sh("echo 'by hand' > /prepared").exit_code, 0);
  const Snapshot prepared_image = box.snapshot();
  dirty(box);
  box.reset(reset::FromSnapshot{.image = prepared_image.image()});
  EXPECT_THAT(dirt(box), UnorderedElementsAre("named"));
  EXPECT_EQ(prepared(box), "by hand\n");
  // And back to the spec.
  box.reset(reset::Recreate{});
  EXPECT_EQ(prepared(box), "by the spec");
}

TEST_F(ResetTest, FromSnapshotBringsBackTheVolumesThatItIsGiven) {
  TestContainer& box = start();
  ASSERT_EQ(box.sh("echo kept > /named/kept").exit_code, 0);
  const VolumeSnapshot contents{box, volume_->name()};
  dirty(box);
  ASSERT_EQ(box.exec({"rm", "/named/kept"}).exit_code, 0);
  for (int round = 0; round < 2; ++round) {
    box.reset(reset::FromSnapshot{.volumes = {contents}});
    EXPECT_THAT(dirt(box), IsEmpty());
    EXPECT_EQ(box.exec({"cat", "/named/kept"}).out, "kept\n");
    dirty(box);
  }
}

TEST_F(ResetTest, ChangesNameWhatATestDirtied) {
  TestContainer& box = start();
  const std::vector<FileChange> before = box.changes();
  dirty(box);
  const std::vector<FileChange> changes = box.changes(before);
  EXPECT_THAT(changes, Contains(FileChange{"/added", ChangeKind::Added}));
  EXPECT_THAT(changes, Contains(FileChange{"/etc/issue", ChangeKind::Deleted}));
  EXPECT_THAT(changes, Contains(FileChange{"/etc/passwd", ChangeKind::Modified}));
  EXPECT_THAT(::testing::PrintToString(changes), Not(HasSubstr("/dirt")));  // volumes and tmpfs are not seen
  box.reset(reset::Recreate{});
  EXPECT_THAT(box.changes(before), IsEmpty());
}

TEST_F(ResetTest, HostPortsAreThoseOfTheContainerThatStands) {
  TestContainer& web =
      start({.image = "drydock-test/web:1", .ports = {8080}, .ready = {wait::HttpOk{.path = "/health"}}});
  const std::uint16_t port = web.host_port(8080);
  web.reset(reset::Exec{.argv = {"true"}});
  EXPECT_EQ(web.host_port(8080), port);
  const std::vector<Reset> others{reset::Recreate{}, reset::Restart{.grace = std::chrono::seconds{0}}};
  for (const Reset& policy : others) {
    web.reset(policy);
    EXPECT_EQ(web.host_port(8080), web.inspect().ports.at(0).host_port);
  }
}

TEST_F(ResetTest, WaitsUntilItIsReadyAgain) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "sleep 0.3; touch /scratch/ready; echo ready; sleep 600"};
  spec.mounts = {Mount::tmpfs("/scratch")};
  spec.ready = {wait::LogLine{.contains = "ready"}};
  TestContainer& box = start(spec);
  const std::vector<Reset> policies{reset::Recreate{}, reset::Restart{.grace = std::chrono::seconds{0}},
                                    reset::Exec{.argv = {"true"}}};
  for (const Reset& policy : policies) {
    box.reset(policy);
    EXPECT_EQ(box.exec({"test", "-e", "/scratch/ready"}).exit_code, 0) << policy.policy.index();
  }
}

TEST_F(ResetTest, BringsBackWhatATestPausedOrKilled) {
  TestContainer& box = start();
  const std::vector<Reset> policies{reset::Recreate{}, reset::Restart{.grace = std::chrono::seconds{0}}};
  for (const Reset& policy : policies) {
    box.pause();
    box.reset(policy);
    EXPECT_EQ(box.inspect().state.status, ContainerStatus::Running) << policy.policy.index();
    box.kill();
    box.wait_exit();
    box.reset(policy);
    EXPECT_EQ(box.inspect().state.status, ContainerStatus::Running) << policy.policy.index();
  }
  box.pause();
  box.reset(reset::Exec{.argv = {"true"}});
  EXPECT_EQ(box.inspect().state.status, ContainerStatus::Running);
}

TEST_F(ResetTest, RecreateReplacesWhatOthersRemoved) {
  TestContainer& box = start();
  ASSERT_TRUE(box.client().containers().remove(box.id()));
  box.reset(reset::Recreate{});
  EXPECT_THAT(dirt(box), IsEmpty());
}

TEST_F(ResetTest, AFailedCleanUpShowsItsOutputAndRemovesTheContainer) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo 'what the service says'; sleep 600"};
  spec.ready = {wait::LogLine{.contains = "says"}};
  TestContainer& box = start(spec);
  const auto error = thrown_by<ContainerStartError>([&] {
    box.reset(reset::Exec{.argv = {"sh", "-c", "echo cannot truncate >&2; exit 3"}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("cannot truncate"), HasSubstr("3"), HasSubstr(box.name())));
  EXPECT_THAT(error->evidence().log_tail, HasSubstr("what the service says"));
  EXPECT_THAT(left_behind_here(), IsEmpty());
}

TEST_F(ResetTest, AContainerThatDoesNotComeBackShowsWhyAndIsRemoved) {
  const TestVolume volume;
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c",
                  "test ! -e /named/dirt || { echo broken; exit 9; }; touch /named/up; sleep 600"};
  spec.mounts = {Mount::volume(volume.name(), "/named")};
  spec.ready = {wait::ExecSucceeds{{"test", "-e", "/named/up"}}};
  const std::vector<Reset> policies{reset::Recreate{}, reset::Restart{.grace = std::chrono::seconds{0}}};
  for (const Reset& policy : policies) {
    TestContainer box{spec};
    ASSERT_EQ(box.sh("rm /named/up; touch /named/dirt").exit_code, 0);
    const auto error = thrown_by<ContainerStartError>([&] { box.reset(policy); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->evidence().state.exit_code, 9);
    EXPECT_THAT(error->what(), HasSubstr("broken"));
    EXPECT_FALSE(box.client().containers().find(box.id()));
    const TestContainer cleaner{{.image = kBusybox,
                                 .command = {"rm", "-f", "/named/dirt", "/named/up"},
                                 .mounts = {Mount::volume(volume.name(), "/named")},
                                 .network_mode = "none",
                                 .ready = {wait::Exited{}}}};
  }
}

TEST_F(ResetTest, ResetContainerReplacesWhatHasTheName) {
  const Client client = Client::from_environment();
  const std::string name = "drydock-reset-" + TestVolume{}.name();
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "trap 'exit 0' TERM; sleep 600 & wait"};
  const TestContainer first = reset_container(client, name, spec);
  EXPECT_EQ(first.name(), name);
  ASSERT_EQ(first.exec({"touch", "/dirt"}).exit_code, 0);
  const TestContainer second = reset_container(client, name, spec);
  EXPECT_NE(second.id(), first.id());
  EXPECT_FALSE(client.containers().find(first.id()));
  EXPECT_TRUE(second.inspect().state.running);
  EXPECT_NE(second.exec({"test", "-e", "/dirt"}).exit_code, 0);
}

TEST_F(ResetTest, ResetContainerFailsWhenTheNewOneDoesNotRun) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo no; exit 4"};
  spec.ready = {wait::Exited{4}};
  const auto error = thrown_by<ContainerStartError>([&] {
    static_cast<void>(
        reset_container(Client::from_environment(), "drydock-reset-" + TestVolume{}.name(), spec));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_EQ(error->evidence().state.exit_code, 4);
}

}  // namespace
}  // namespace drydock
