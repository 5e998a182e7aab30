// Whatever ends a container with a standing network ends its anchor, too, and what keeps the one keeps the
// other. For the ends of programs see guard_ending_test.cpp and deaths_test.cpp.
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/background_removal.h"
#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/container/sweep.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/observability/log.h"

#include "base/random.h"
#include "container/socket_table.h"
#include "support/environment_variable.h"
#include "support/forked.h"
#include "support/local_service.h"
#include "support/real_engine.h"
#include "support/standing_network.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class StandingNetworkEndsTest : public ::testing::Test {
 protected:
  StandingNetworkEndsTest() {
    log::set_sink([this](log::Level, std::string_view line) { said_.emplace_back(line); });
  }
  ~StandingNetworkEndsTest() override {
    log::set_sink(nullptr);
    for (const EngineObject& object : containers()) {
      remove_object(client_, object.kind, object.id);
    }
  }

  [[nodiscard]] std::vector<EngineObject> containers() const {
    return find_objects(client_, ObjectKind::Container, filter_);
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const EngineObject& object : containers()) {
      found.push_back(object.name);
    }
    return found;
  }

  // What a process has is in one session; what of it a test keeps needs another.
  void expect_both_kept() const {
    EXPECT_THAT(containers(), SizeIs(2));
    const SweepReport report = sweep(client_, {.session = session_});
    EXPECT_EQ(report.kept, 2U);
    for (const EngineObject& object : containers()) {
      EXPECT_TRUE(client_.containers().inspect(object.id).state.running);
    }
  }

  const Client client_ = Client::from_environment();
  const std::string session_ = "anchor-" + random_hex(8);
  const std::string filter_ = "drydock.session=" + session_;
  const EnvironmentVariable joined_{"DRYDOCK_SESSION", session_};
  std::vector<std::string> said_{};
};

TEST_F(StandingNetworkEndsTest, TheGuardsEndEndsBoth) {
  {
    const TestContainer box{standing_spec()};
    EXPECT_THAT(containers(), SizeIs(2));
  }
  EXPECT_THAT(containers(), IsEmpty());
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(StandingNetworkEndsTest, RemoveEndsBoth) {
  TestContainer box{standing_spec()};
  EXPECT_TRUE(box.remove());
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AnExceptionEndsBoth) {
  const auto failing = [] {
    const TestContainer box{standing_spec()};
    throw std::runtime_error("on purpose");
  };
  EXPECT_THROW(failing(), std::runtime_error);
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, RemovalInTheBackgroundEndsBoth) {
  const TestNetwork network;
  ContainerSpec spec = standing_spec();
  spec.removal = Removal::Background;
  spec.networks = {{.network = network.name()}};
  { const TestContainer box{spec}; }
  EXPECT_TRUE(drain_background_removals());
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AContainerThatCannotBeCreatedLeavesNoAnchor) {
  ContainerSpec spec = standing_spec();
  spec.image = "drydock-test/nosuch:1";
  spec.pull = PullPolicy::Never;
  spec.keep = true;  // an anchor alone is nothing to look at
  EXPECT_EQ(code_thrown_by([&] { const TestContainer box{spec}; }), ErrorCode::NotFound);
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AContainerThatDoesNotBecomeReadyLeavesNoAnchor) {
  ContainerSpec spec = standing_spec();
  spec.command = {"false"};
  spec.ready = {wait::LogLine{.contains = "never said"}};  // with no condition it may be seen before it ends
  EXPECT_THAT(thrown_by<ContainerStartError>([&] { const TestContainer box{spec}; })->evidence().run_line,
              HasSubstr("--publish"));
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AHostPortThatIsTakenIsAnErrorAndNoReasonToGoWithout) {
  const LocalService taken{"127.0.0.1", LocalService::greet};
  ContainerSpec spec = standing_spec();
  spec.ports = {Port{kStandingPort, Protocol::Tcp, taken.port()}};
  const auto error = thrown_by<EngineError>([&] { const TestContainer box{spec}; });
  EXPECT_EQ(error->code(), ErrorCode::PortInUse);
  EXPECT_THAT(error->what(), HasSubstr("by hand"));
  EXPECT_THAT(containers(), IsEmpty());
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(StandingNetworkEndsTest, ANetworkThatIsNotThereIsAnError) {
  ContainerSpec spec = standing_spec();
  spec.networks = {{.network = "drydock-nosuch"}};
  EXPECT_EQ(code_thrown_by([&] { const TestContainer box{spec}; }), ErrorCode::NotFound);
  EXPECT_THAT(containers(), IsEmpty());
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AResetThatFailsLeavesNothing) {
  TestContainer box{standing_spec()};
  EXPECT_EQ(code_thrown_by([&] { box.reset(reset::FromSnapshot{.image = "drydock-test/nosuch:1"}); }),
            ErrorCode::NotFound);
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, AForkedChildEndsNeither) {
  TestContainer box{standing_spec()};
  const std::string alive = in_forked_child([&] {
    { const TestContainer copy = std::move(box); }
    return std::string{"unwound"};
  });
  EXPECT_EQ(alive, "unwound");
  EXPECT_THAT(containers(), SizeIs(2));
  EXPECT_TRUE(box.remove());
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, ReleaseLeavesBoth) {
  TestContainer box{standing_spec()};
  const ContainerId id = std::move(box).release();
  EXPECT_THAT(containers(), SizeIs(2));
  EXPECT_TRUE(client_.containers().inspect(id).state.running);
}

TEST_F(StandingNetworkEndsTest, ASpecsWishKeepsBoth) {
  ContainerSpec spec = standing_spec();
  spec.keep = true;
  ContainerId anchor;
  {
    const TestContainer box{spec};
    anchor = anchor_of(box);
  }
  expect_both_kept();
  EXPECT_THAT(said_, Contains(AllOf(HasSubstr("docker rm -f -v "), HasSubstr(short_id(anchor)))));
}

TEST_F(StandingNetworkEndsTest, WhatIsKeptIsRemovedAndResetByItsGuardAllTheSame) {
  ContainerSpec spec = standing_spec();
  spec.keep = true;
  TestContainer box{spec};
  box.reset(reset::Recreate{});
  EXPECT_THAT(containers(), SizeIs(2));
  EXPECT_TRUE(client_.containers().remove(anchor_of(box)));
  box.reset(reset::Recreate{});
  EXPECT_THAT(containers(), SizeIs(2));
  EXPECT_TRUE(box.remove());
  EXPECT_THAT(containers(), IsEmpty());
}

TEST_F(StandingNetworkEndsTest, WhatAFailedTestUsedIsKeptWithItsAnchor) {
  const EnvironmentVariable policy{"DRYDOCK_KEEP", "failure"};
  const auto failing = [] {
    const TestContainer box{standing_spec()};
    throw std::runtime_error("on purpose");
  };
  EXPECT_THROW(failing(), std::runtime_error);
  expect_both_kept();
  EXPECT_THAT(names(), Each(StartsWith("drydock-kept-")));
}

// Where the namespace may not be entered its sockets are seen all the same.
TEST_F(StandingNetworkEndsTest, WithoutRightsTheSocketsOfANetworkAreSeenButNotEnded) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "rights can be given up by root alone";
  }
  const TestContainer box{standing_spec()};
  box.exec_detached({"nc", "-l", "-p", "7000"});
  const std::int64_t pid = client_.containers().inspect(anchor_of(box)).state.pid;
  const SocketTable table{pid};
  EXPECT_TRUE(table.can_end());
  const Deadline deadline = Deadline::in(std::chrono::seconds{30});
  while (table.list().empty() && !deadline.expired()) {
  }
  ASSERT_THAT(table.list(), SizeIs(1));
  EXPECT_TRUE(table.list()[0].is_held);
  EXPECT_EQ(table.list()[0].port, 7000);
  const std::string seen = in_forked_child([pid] {
    constexpr uid_t kNobodyInParticular = 12345;
    if (::setuid(kNobodyInParticular) != 0) {
      return std::string{"has all rights"};
    }
    const SocketTable from_files{pid};
    const std::vector<OpenSocket> sockets = from_files.list();
    return std::to_string(from_files.can_end()) + " " + std::to_string(sockets.size()) + " " +
           std::to_string(sockets.at(0).is_held) + " " + std::to_string(sockets.at(0).port);
  });
  EXPECT_EQ(seen, "0 1 1 7000");
}

}  // namespace
}  // namespace drydock
