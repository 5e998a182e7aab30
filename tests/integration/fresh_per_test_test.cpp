// SuiteContainer with fresh_per_test on a real engine: each test sees a container of its own, and with a
// standing network all of them are at one address. What is kept for a look is in
// fresh_per_test_ends_test.cpp.
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/background_removal.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/suite_container.h"

#include "support/fresh_web.h"
#include "support/real_engine.h"
#include "support/soak.h"

namespace drydock {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Range;
using ::testing::SizeIs;

// What the tests of a suite have seen so far.
struct Seen {
  std::set<std::string> ids{}, addresses{}, ips{}, tests{};
  void add(const TestContainer& box) {
    EXPECT_TRUE(ids.insert(box.id()).second) << "a test before this one had the container";
    addresses.insert(box.address(kWebPort));
    const ContainerDetails details = box.inspect();
    ips.insert(details.networks.at(0).ip_address);
    const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
    const std::string suite = test.test_suite_name();
    const std::string label = details.labels.at("drydock.test");
    EXPECT_THAT(label, AnyOf(suite, suite + "." + test.name())) << "it is another test's by its label";
    tests.insert(label);
  }
};

struct AnchoredWeb {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() { return web_spec(true); }
};

class AnchoredFreshTest : public SuiteContainer<AnchoredWeb>, public ::testing::WithParamInterface<int> {
 public:
  static void TearDownTestSuite() {
    SuiteContainer<AnchoredWeb>::TearDownTestSuite();
    EXPECT_TRUE(drain_background_removals(Deadline::in(std::chrono::minutes{1})));
    EXPECT_THAT(left_behind_here(), IsEmpty());
    seen_ = {};
  }

 protected:
  static inline Seen seen_{};
};

TEST_P(AnchoredFreshTest, SeesItsOwnContainerAtTheSameAddress) {
  seen_.add(container());
  EXPECT_THAT(seen_.addresses, SizeIs(1));
  EXPECT_THAT(seen_.ips, SizeIs(1));
  EXPECT_THAT(seen_.tests, ElementsAre("Soak/AnchoredFreshTest")) << "made before its test began";
  EXPECT_EQ(dirt_in(container()), "");
  if (GetParam() % 10 == 0) {
    soil(container());
    EXPECT_NE(dirt_in(container()), "") << "the look at the dirt sees nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(Soak, AnchoredFreshTest, Range(0, chosen_soak_rounds(100)));

struct RovingWeb {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() { return web_spec(false); }
};

class RovingFreshTest : public SuiteContainer<RovingWeb> {
 protected:
  void look() {
    seen_.add(container());
    EXPECT_EQ(dirt_in(container()), "");
    soil(container());
  }
  static inline Seen seen_{};
};

TEST_F(RovingFreshTest, First) {
  look();
}

TEST_F(RovingFreshTest, Second) {
  look();
}

TEST_F(RovingFreshTest, RemovesItsContainer) {
  look();
  EXPECT_TRUE(container().remove());
}

TEST_F(RovingFreshTest, Fourth) {
  look();
}

struct NamedWeb {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() {
    ContainerSpec spec = web_spec(false);
    spec.name = "drydock-fresh-named";
    return spec;
  }
};

// Two containers cannot have the name: they follow each other.
class NamedFreshTest : public SuiteContainer<NamedWeb> {
 protected:
  static inline Seen seen_{};
};

TEST_F(NamedFreshTest, First) {
  seen_.add(container());
  EXPECT_EQ(container().name(), "drydock-fresh-named");
}

TEST_F(NamedFreshTest, Second) {
  seen_.add(container());
  EXPECT_EQ(container().name(), "drydock-fresh-named");
}

// What a test does to its container is no harm to the next one.
class MaltreatedFreshTest : public SuiteContainer<AnchoredWeb> {
 protected:
  static inline Seen seen_{};
};

TEST_F(MaltreatedFreshTest, Kills) {
  seen_.add(container());
  container().kill();
}

TEST_F(MaltreatedFreshTest, Removes) {
  seen_.add(container());
  EXPECT_TRUE(container().remove());
}

TEST_F(MaltreatedFreshTest, Releases) {
  seen_.add(container());
  const Client client = container().client();
  const std::string network =
      container().inspect().network_mode;  // "container:ID": its anchor is released, too
  const ContainerId id = std::move(container()).release();
  EXPECT_TRUE(client.containers().remove(id, {.force = true}));
  EXPECT_TRUE(client.containers().remove(network.substr(network.find(':') + 1), {.force = true}));
}

TEST_F(MaltreatedFreshTest, Resets) {
  seen_.add(container());
  container().reset(reset::Recreate{});
  EXPECT_TRUE(seen_.ids.insert(container().id()).second);
}

TEST_F(MaltreatedFreshTest, Pauses) {
  seen_.add(container());
  container().pause();
}

TEST_F(MaltreatedFreshTest, IsWell) {
  seen_.add(container());
  EXPECT_EQ(dirt_in(container()), "");
}

}  // namespace
}  // namespace drydock
