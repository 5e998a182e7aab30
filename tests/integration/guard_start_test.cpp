// What a start that fails says, and that it leaves nothing at the engine.
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/test_container.h"

#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <typename Expected>
Expected failure_of(const ContainerSpec& spec) {
  try {
    const TestContainer container{spec};
  } catch (const Expected& error) {
    return error;
  }
  throw std::logic_error("the start did not fail");
}

class GuardStartTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }
};

TEST_F(GuardStartTest, RunsAndIsGoneAfterwards) {
  ContainerId id;
  {
    const TestContainer container{idle_spec()};
    id = container.id();
    EXPECT_TRUE(container.inspect().state.running);
    EXPECT_EQ(container.exec({"cat", "/etc/issue"}).out, "drydock test image\n");
  }
  EXPECT_EQ(Client::from_environment().containers().find(id), std::nullopt);
}

TEST_F(GuardStartTest, MissingImageThatMustNotBePulled) {
  ContainerSpec spec = idle_spec();
  spec.image = "drydock-test/nowhere:1";
  spec.pull = PullPolicy::Never;
  const auto error = failure_of<EngineError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_THAT(error.what(), HasSubstr("drydock-test/nowhere:1"));
}

TEST_F(GuardStartTest, MissingImageThatNoRegistryHas) {
  ContainerSpec spec = idle_spec();
  spec.image = "127.0.0.1:1/nowhere:1";
  const auto error = failure_of<EngineError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::PullFailed) << error.what();
}

TEST_F(GuardStartTest, CommandThatDoesNotExist) {
  ContainerSpec spec = idle_spec();
  spec.command = {"/no/such/program"};
  const auto error = failure_of<EngineError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::CommandNotStarted);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("/no/such/program"), HasSubstr("guard_start_test.cpp")));
}

TEST_F(GuardStartTest, HostPortThatIsTaken) {
  const TestContainer first{{.image = kBusybox, .command = {"sleep", "600"}, .ports = {80}}};
  const ContainerSpec second{
      .image = kBusybox, .command = {"sleep", "600"}, .ports = {{80, Protocol::Tcp, first.host_port(80)}}};
  EXPECT_EQ(failure_of<EngineError>(second).code(), ErrorCode::PortInUse);
}

TEST_F(GuardStartTest, NameThatIsTaken) {
  const TestContainer first{idle_spec()};
  ContainerSpec second = idle_spec();
  second.name = first.name();
  EXPECT_EQ(failure_of<EngineError>(second).code(), ErrorCode::Conflict);
  EXPECT_TRUE(first.inspect().state.running) << "the one that holds the name is not ours to remove";
}

TEST_F(GuardStartTest, EarlyExitShowsCodeAndLog) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo starting; echo 'no config' >&2; exit 3"};
  spec.ready = {wait::LogLine{.contains = "ready"}};
  const auto error = failure_of<ContainerStartError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
  EXPECT_EQ(error.evidence().state.exit_code, 3);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("exit code 3"), HasSubstr("starting"), HasSubstr("no config"),
                                  HasSubstr("docker run")));
}

TEST_F(GuardStartTest, EarlyExitIsNoticedAtOnce) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "sleep 0.2; exit 4"};
  spec.ready = {wait::LogLine{.contains = "ready"}};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of<ContainerStartError>(spec).evidence().state.exit_code, 4);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
}

TEST_F(GuardStartTest, OutOfMemory) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo filling; x=$(tr '\\0' x < /dev/zero)"};
  spec.resources.memory_bytes = std::int64_t{8} << 20;
  spec.ready = {wait::LogLine{.contains = "never"}};
  auto error = failure_of<ContainerStartError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::ContainerExited);
  // The engine is told of the cause apart from the end, and keeps what it knew at the end: now and then
  // nothing.
  for (int others = 4; others > 0 && !error.evidence().state.oom_killed; --others) {
    error = failure_of<ContainerStartError>(spec);
  }
  EXPECT_TRUE(error.evidence().state.oom_killed) << error.what();
  EXPECT_THAT(error.what(), AllOf(HasSubstr("lack of memory"), HasSubstr("filling")));
}

TEST_F(GuardStartTest, NeverReadyShowsWhatItWaitedForAndTheLog) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo warming up; sleep 600"};
  spec.ready = {wait::LogLine{.contains = "Ready to accept"}};
  spec.ready_timeout = std::chrono::milliseconds{700};
  const auto error = failure_of<ContainerStartError>(spec);
  EXPECT_EQ(error.code(), ErrorCode::NotReady);
  EXPECT_TRUE(error.evidence().state.running);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("Ready to accept"), HasSubstr("warming up")));
}

TEST_F(GuardStartTest, AnExceptionFromAConditionPasses) {
  struct OfTheUser {};
  ContainerSpec spec = idle_spec();
  spec.ready = {wait::Custom{.ready = [](const TestContainer&) -> bool { throw OfTheUser{}; }}};
  spec.ready_timeout = std::chrono::milliseconds{300};
  EXPECT_ANY_THROW(static_cast<void>(TestContainer{spec}));
}

TEST_F(GuardStartTest, OneShotContainersSayThatTheyEnd) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo done; exit 5"};
  spec.ready = {wait::Exited{5}};
  const TestContainer container{spec};
  EXPECT_EQ(container.wait_exit(), 5);
  EXPECT_EQ(container.logs().out, "done\n");
}

TEST_F(GuardStartTest, FilesAreThereWhenTheCommandRuns) {
  ContainerSpec spec = idle_spec();
  spec.command = {"cat", "/opt/app/config/app.conf"};
  spec.files = {{.path = "/opt/app/config/app.conf", .content = "answer=42\n"}};
  spec.ready = {wait::Exited{}};
  const TestContainer container{spec};
  EXPECT_EQ(container.logs().out, "answer=42\n");
}

}  // namespace
}  // namespace drydock
