// The matchers on real containers, as a user writes them.
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include "drydock/gtest.h"

#include "support/real_engine.h"

namespace {

using namespace drydock;  // NOLINT(google-build-using-namespace): as in a user's test
using namespace testing;  // NOLINT(google-build-using-namespace): the two must get along

class RealMatchersTest : public ContainerTest {};

TEST_F(RealMatchersTest, CommandsAreMatchedByCodeAndOutput) {
  const TestContainer& box = start(idle_spec());
  EXPECT_THAT(box.exec({"echo", "PONG"}), Succeeded(StdoutIs("PONG\n")));
  EXPECT_THAT(box.sh("echo oops >&2; exit 3"), ExitedWith(3, StdoutIs(IsEmpty()), StderrIs("oops\n")));
  EXPECT_THAT(box.exec({"/no/such/program"}), ExitedWith(AnyOf(126, 127)));
  EXPECT_THAT(box.sh("kill -9 $$"), ExitedWith(137));
}

TEST_F(RealMatchersTest, FailureOfACommandShowsWhatItPrinted) {
  static const TestContainer* box = nullptr;  // the macro's statement cannot see locals
  box = &start(idle_spec());
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(box->sh("echo oops >&2; exit 3"), Succeeded()), "oops");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(*box, Not(IsRunning())), "of image 'drydock-test/busybox:1'");
}

TEST_F(RealMatchersTest, ContainersAreMatchedByState) {
  TestContainer& box = start(idle_spec());
  EXPECT_THAT(box, IsRunning());
  box.pause();
  EXPECT_THAT(box, IsRunning());
  box.unpause();
  box.kill();
  EXPECT_EQ(box.wait_exit(), 137);
  EXPECT_THAT(box, Not(IsRunning()));
  EXPECT_THAT(box.inspect(), Not(IsRunning()));
  box.remove();
  EXPECT_THAT(box, Not(IsRunning()));
}

TEST_F(RealMatchersTest, ContainersAreMatchedByHealth) {
  ContainerSpec spec = idle_spec();
  EXPECT_THAT(start(spec), Not(IsHealthy())) << "it has no healthcheck";
  spec.healthcheck = {.argv = {"true"}, .interval = std::chrono::milliseconds{100}};
  spec.ready = {wait::Healthy{}};
  EXPECT_THAT(start(spec), IsHealthy());
}

TEST_F(RealMatchersTest, ContainersAreMatchedByTheirLog) {
  ContainerSpec spec = idle_spec();
  spec.command = {"sh", "-c", "echo one; echo two >&2; echo ready; exec sleep 600"};
  spec.ready = {wait::LogLine{.contains = "ready"}};
  const TestContainer& box = start(spec);
  EXPECT_THAT(box, AllOf(HasLogLine("one"), HasLogLine("two"), HasLogLine(StartsWith("rea"))));
  EXPECT_THAT(box, Not(HasLogLine("on")));
}

}  // namespace
