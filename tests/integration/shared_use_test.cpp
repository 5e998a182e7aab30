// How a shared container is used: alone, for how long, and in what state its users find it.
#include <chrono>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/shared_container.h"

#include "support/shared_container_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using std::chrono::milliseconds;
using std::chrono::seconds;

using SharedUseTest = SharedContainerTest;

TEST_F(SharedUseTest, OneThatIsTooOldIsReplacedOnceNobodyUsesIt) {
  ContainerSpec spec = shared_spec();
  const std::string old = made_by_hand(spec, Owner::of_this_process(), seconds{1000});
  client_.containers().start(old);
  {
    const TestContainer user = shared_container(spec, {.max_age = seconds{2000}});
    EXPECT_EQ(user.id(), old);
    ContainerSpec impatient = spec;
    impatient.start_timeout = milliseconds{200};
    EXPECT_EQ(code_thrown_by([&] { (void)shared_container(impatient, {.max_age = seconds{500}}); }),
              ErrorCode::Timeout);
    EXPECT_TRUE(stands(old));
  }
  const TestContainer fresh = shared_container(spec, {.max_age = seconds{500}});
  EXPECT_NE(fresh.id(), old);
  EXPECT_FALSE(stands(old));
  EXPECT_EQ(id_of({.max_age = seconds{500}}, spec), fresh.id()) << "held, and shared";
}

TEST_F(SharedUseTest, ExclusiveUseKeepsOthersWaiting) {
  ContainerSpec impatient = shared_spec();
  impatient.start_timeout = milliseconds{200};
  {
    TestContainer alone = shared_container(shared_spec(), {.exclusive = true});
    EXPECT_EQ(code_thrown_by([&] { (void)shared_container(impatient); }), ErrorCode::Timeout);
    alone.restart(seconds{0});
    EXPECT_EQ(code_thrown_by([&] { alone.remove(); }), ErrorCode::InvalidArgument);
  }
  EXPECT_NO_THROW((void)shared_container(shared_spec()));
}

TEST_F(SharedUseTest, ExclusiveUseWaitsForOtherProcesses) {
  ChildProcess other = start("Sharer.Attaches", "wait");
  other.hear("container ");
  ContainerSpec impatient = shared_spec("programs");
  impatient.start_timeout = milliseconds{200};
  const SharedOptions exclusive{.exclusive = true};
  const auto error = thrown_by<TimeoutError>([&] { (void)shared_container(impatient, exclusive); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("used by others"));
  other.kill(SIGKILL);  // the kernel lets go for it
  other.wait_process();
  EXPECT_NO_THROW((void)shared_container(shared_spec("programs"), exclusive));
}

TEST_F(SharedUseTest, AResetOnAttachCleansWhatAnEarlierUserLeft) {
  const auto clean = [] { return SharedOptions{.reset = reset::Exec{.argv = {"rm", "-f", "/tmp/mark"}}}; };
  std::string id;
  {
    const TestContainer first = shared_container(shared_spec());
    first.sh("touch /tmp/mark");
    id = first.id();
  }
  const TestContainer second = shared_container(shared_spec(), clean());
  EXPECT_EQ(second.id(), id);
  EXPECT_EQ(second.exec({"test", "-e", "/tmp/mark"}).exit_code, 1);
}

TEST_F(SharedUseTest, AResetByRestartKeepsTheContainer) {
  const std::string id = id_of();
  const std::string started = client_.containers().inspect(id).state.started_at;
  EXPECT_EQ(id_of({.reset = reset::Restart{.grace = seconds{0}}}), id);
  EXPECT_NE(client_.containers().inspect(id).state.started_at, started);
}

TEST_F(SharedUseTest, AResetByRecreateReplacesIt) {
  const std::string id = id_of();
  const std::string fresh = id_of({.reset = reset::Recreate{}});
  EXPECT_NE(fresh, id);
  EXPECT_FALSE(stands(id));
  EXPECT_EQ(id_of(), fresh) << "the run's, like the first";
}

TEST_F(SharedUseTest, AContainerThatCannotBeResetIsNotLeftToTheNext) {
  const std::string id = id_of();
  EXPECT_EQ(code_thrown_by(
                [] { (void)shared_container(shared_spec(), {.reset = reset::Exec{.argv = {"false"}}}); }),
            ErrorCode::CommandFailed);
  EXPECT_FALSE(stands(id));
  EXPECT_NE(id_of(), id);
}

TEST_F(SharedUseTest, OptionsThatCannotWorkAreRefusedBeforeAnythingIsMade) {
  EXPECT_EQ(code_thrown_by([] { (void)shared_container(shared_spec(), {.reset = reset::FromSnapshot{}}); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([] { (void)shared_container(shared_spec(), {.max_age = seconds{-1}}); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code_thrown_by([] { (void)shared_container({.image = ""}); }), ErrorCode::InvalidArgument);
  EXPECT_THAT(left_behind(run_.filter()), IsEmpty());
}

}  // namespace
}  // namespace drydock
