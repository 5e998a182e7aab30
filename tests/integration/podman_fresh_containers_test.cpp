// Fresh containers on a real Podman, which this program starts for itself: a suite's, one for each test, and
// a pool's. Each is clean, on a standing network where Podman gives one, and nothing is left of them.
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/background_removal.h"
#include "drydock/container/pool.h"
#include "drydock/container/shell.h"
#include "drydock/gtest/matchers.h"
#include "drydock/observability/metrics.h"

#include "base/random.h"
#include "support/child_run.h"
#include "support/fresh_bodies.h"
#include "support/fresh_web.h"
#include "support/podman_test.h"
#include "support/real_engine.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::chrono::minutes kLimit{1};
constexpr const char* kWarning = "gets no standing network";

// What a suite's tests have seen of their containers.
struct Seen {
  explicit Seen(const std::string& output) {
    for (const Body& body : bodies(output)) {
      ids.insert(body.id);
      addresses.insert(body.address);
    }
  }
  std::set<std::string> ids{}, addresses{};
};

class PodmanFreshContainersTest : public PodmanTest {
 protected:
  [[nodiscard]] ChildRun run(const std::string& filter) const {
    return run_test_program("gtest_fresh_boxes", {"--gtest_filter=" + filter},
                            {{"DRYDOCK_SESSION", session_}, {"BOX_IMAGE", PodmanEngine::image()}});
  }

  void TearDown() override {
    if (!IsSkipped()) {
      EXPECT_TRUE(drain_background_removals(Deadline::in(kLimit)));
      EXPECT_TRUE(all_gone("drydock.session=" + session_));
      EXPECT_THAT(client().containers().list({.all = true}), IsEmpty());
    }
  }

  [[nodiscard]] static ContainerSpec spec() { return in_podman(standing_spec()); }

  const std::string session_ = "podman-" + random_hex(8);
};

TEST_F(PodmanFreshContainersTest, EachTestOfASuiteHasACleanOneAtTheSameAddress) {
  const ChildRun child = run("AnchoredFresh.*");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, Not(HasSubstr(kWarning)));
  const Seen seen{child.output};
  EXPECT_THAT(seen.ids, SizeIs(3)) << child.output;
  EXPECT_THAT(seen.addresses, SizeIs(1)) << child.output;
}

TEST_F(PodmanFreshContainersTest, EachTestOfASuiteHasACleanOneWhereNoStandingNetworkCanBeHad) {
  const ChildRun child = run("RefusedFresh.*");
  EXPECT_EQ(child.exit_code, 0) << child.output;
  EXPECT_THAT(child.output, HasSubstr(kWarning));
  const Seen seen{child.output};
  EXPECT_THAT(seen.ids, SizeIs(3)) << child.output;
}

// An exec would make three calls.
TEST_F(PodmanFreshContainersTest, APoolsAreCleanAtTheSameAddressWithAnOpenShell) {
  ContainerPool pool{spec(), {.size = 1, .max_total = 1, .shell = true}, client()};
  std::set<std::string> ids;
  std::set<std::string> addresses;
  for (int round = 0; round < 3; ++round) {
    const ContainerPool::Lease lease = pool.acquire(Deadline::in(kLimit));
    ids.insert(lease->id());
    addresses.insert(lease->address(kStandingPort));
    EXPECT_EQ(dirt_in(*lease), "");
    const auto calls = metrics::snapshot().total("drydock_calls");
    EXPECT_EQ(lease->exec({"cat"}, {.input = "fast", .mode = ExecMode::Fast}).out, "fast");
    EXPECT_EQ(metrics::snapshot().total("drydock_calls"), calls);
    EXPECT_THAT(lease->shell().sh("echo of its own; exit 3"), ExitedWith(3));
    soil(*lease);
    EXPECT_NE(dirt_in(*lease), "") << "the look at the dirt sees nothing";
  }
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_THAT(addresses, SizeIs(1));
  EXPECT_EQ(pool.stats().broken, 0U);
}

}  // namespace
}  // namespace drydock
