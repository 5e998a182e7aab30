// The bound on containers that are alive at once, across processes.
#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

#include "base/random.h"
#include "base/read_file.h"
#include "base/text.h"
#include "support/child_process.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class MaxContainersTest : public ::testing::Test {
 protected:
  [[nodiscard]] ChildProcess start(const std::string& mode, const std::string& bound) const {
    return ChildProcess{{DRYDOCK_TEST_PROGRAMS_DIR "/bounded", mode, log()},
                        {{"DRYDOCK_SESSION", session_},
                         {"XDG_STATE_HOME", state_.path().string()},
                         {"DRYDOCK_MAX_CONTAINERS", bound}}};
  }
  [[nodiscard]] std::string log() const { return (state_.path() / "log").string(); }
  void TearDown() override { EXPECT_TRUE(all_gone("drydock.session=" + session_)); }

  const ScratchDirectory state_{};
  const std::string session_{"bounded-" + random_hex(8)};
};

TEST_F(MaxContainersTest, NoMoreThanTheBoundAreAliveAtOnce) {
  std::vector<ChildProcess> children;
  children.reserve(8);
  for (int i = 0; i < 8; ++i) {
    children.push_back(start("once", "2"));
  }
  for (ChildProcess& child : children) {
    EXPECT_EQ(child.wait(std::chrono::seconds{120}).exit_code, 0) << child.output();
  }
  int alive = 0;
  int most = 0;
  int begun = 0;
  for (const std::string& line : text::split(read_file(log()), '\n')) {
    alive += line == "begin" ? 1 : line == "end" ? -1 : 0;
    begun += line == "begin" ? 1 : 0;
    most = std::max(most, alive);
  }
  EXPECT_EQ(begun, 8);
  EXPECT_LE(most, 2);
}

TEST_F(MaxContainersTest, AProcessThatIsKilledGivesItsSlotBack) {
  ChildProcess first = start("hold", "1");
  first.hear("up ");
  ChildProcess second = start("hold", "1");
  first.kill(SIGKILL);
  second.hear("up ");
  second.kill(SIGKILL);
  first.wait_process();
  second.wait_process();
}

TEST_F(MaxContainersTest, WhoWaitsInVainIsToldWhoseTheSlotsAre) {
  ChildProcess holder = start("hold", "1");
  holder.hear("up ");
  const EnvironmentVariable state{"XDG_STATE_HOME", state_.path().string()};
  const EnvironmentVariable bound{"DRYDOCK_MAX_CONTAINERS", "1"};
  ContainerSpec spec = idle_spec();
  spec.start_timeout = std::chrono::milliseconds{200};
  const auto error = thrown_by<TimeoutError>([&] { const TestContainer late{spec}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("DRYDOCK_MAX_CONTAINERS=1"),
                                   HasSubstr("process " + std::to_string(holder.pid()))));
  holder.kill(SIGKILL);
  holder.wait_process();
}

}  // namespace
}  // namespace drydock
