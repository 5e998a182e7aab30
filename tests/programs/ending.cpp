// A test program that ends in many ways while it holds containers; see
// tests/integration/guard_ending_test.cpp. It says "made ID" for each object. `--environment` adds a guard of
// the whole program.
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_context.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"

#include "container/owner.h"
#include "support/real_engine.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

template <typename Guard>
Guard told(Guard guard) {
  std::fprintf(stderr, "made %s\n", guard.name().c_str());
  return guard;
}

TestContainer made() {
  return told(TestContainer{idle_spec()});
}

std::optional<TestContainer> global;  // made before the first guard, so destroyed after the drain

TEST(Ending, Passes) {
  const TestNetwork network = told(TestNetwork{});
  const TestVolume volume = told(TestVolume{});
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.networks = {{.network = network.name()}};
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  const TestContainer container = told(TestContainer{spec});
}

TEST(Ending, DeclaresInTheWrongOrder) {
  std::optional<TestContainer> container;
  const TestNetwork network = told(TestNetwork{});
  const TestVolume volume = told(TestVolume{});
  ContainerSpec spec = idle_spec();
  spec.network_mode = "";
  spec.networks = {{.network = network.name()}};
  spec.mounts = {Mount::volume(volume.name(), "/data")};
  container.emplace(told(TestContainer{spec}));
}

TEST(Ending, FailsAnAssertion) {
  const TestContainer container = made();
  ASSERT_TRUE(false) << "on purpose";
}

TEST(Ending, ThrowsInTheBody) {
  const TestContainer container = made();
  throw std::runtime_error("on purpose");
}

TEST(Ending, ExitsInTheBody) {
  const TestNetwork network = told(TestNetwork{});
  const TestVolume volume = told(TestVolume{});
  const TestContainer container = made();
  std::exit(3);
}

TEST(Ending, ExitsWithAStandingNetwork) {
  const TestNetwork network = told(TestNetwork{});
  ContainerSpec spec = standing_spec();
  spec.networks = {{.network = network.name()}};
  const TestContainer container = told(TestContainer{spec});
  std::exit(3);
}

TEST(Ending, ExitsInACondition) {
  ContainerSpec spec = idle_spec();
  spec.ready = {wait::Custom{.ready = [](const TestContainer& container) -> bool {
    std::fprintf(stderr, "made %s\n", container.name().c_str());
    std::exit(3);
  }}};
  const TestContainer container{spec};
}

TEST(Ending, HoldsAStatic) {
  static const TestContainer container = made();
}

TEST(Ending, HoldsAnEarlierGlobal) {
  global.emplace(made());
}

TEST(Ending, ExitsWithAStatic) {
  static const TestContainer container = made();
  global.emplace(made());
  std::exit(3);
}

class ThrowingFixture : public ::testing::Test {
 protected:
  std::optional<TestContainer> container_{made()};
};

class InConstructor : public ThrowingFixture {
 protected:
  InConstructor() { throw std::runtime_error("on purpose"); }
};
TEST_F(InConstructor, Throws) {}

class InSetUp : public ThrowingFixture {
 protected:
  void SetUp() override { throw std::runtime_error("on purpose"); }
};
TEST_F(InSetUp, Throws) {}

class InTearDown : public ThrowingFixture {
 protected:
  void TearDown() override { throw std::runtime_error("on purpose"); }
};
TEST_F(InTearDown, Throws) {}

// The child's copies of the parent's guards remove nothing: else the parent's remove() would find it gone.
TEST(Fork, ChildExits) {
  TestContainer container = made();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(container.inspect().state.running);
  EXPECT_TRUE(container.remove());
}

TEST(Fork, ChildUnwinds) {
  TestContainer container = made();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    { const TestContainer copy = std::move(container); }
    const TestContainer of_the_child = made();
    std::exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(container.inspect().state.running);
  EXPECT_TRUE(container.remove());
}

// What a child left that was cut off is its own watchdog's to remove.
TEST(Fork, ChildIsCutOff) {
  const TestContainer container = made();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const TestNetwork network = told(TestNetwork{});
    const TestVolume volume = told(TestVolume{});
    const TestContainer of_the_child = made();
    ::_exit(0);
  }
  const std::string owner = Owner::of(child).value().to_text();
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(all_gone("drydock.owner=" + owner));
  EXPECT_TRUE(container.inspect().state.running) << "the parent's own is none of them";
}

TEST(Fork, LivingChildKeepsItsOwn) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const TestContainer of_the_child = made();
    const bool is_told = ::write(ends[1], "x", 1) == 1;
    ::pause();
    ::_exit(is_told ? 0 : 1);
  }
  char signal = 0;
  ASSERT_EQ(::read(ends[0], &signal, 1), 1);
  const std::string filter = "drydock.owner=" + Owner::of(child).value().to_text();
  { const TestContainer of_the_parent = made(); }  // its removal is nobody else's
  EXPECT_EQ(left_behind(filter).size(), 1U);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(all_gone(filter));
}

void die_with_a_container(const char* style) {
  ::testing::FLAGS_gtest_death_test_style = style;
  TestContainer container = made();
  EXPECT_DEATH(
      {
        const TestContainer of_the_child = made();
        std::abort();
      },
      "");
  EXPECT_EXIT(
      {
        const TestContainer of_the_child = made();
        std::exit(4);
      },
      ::testing::ExitedWithCode(4), "");
  EXPECT_TRUE(container.inspect().state.running);
}

TEST(EndingDeathTest, Fast) {
  die_with_a_container("fast");
}

// The re-run child makes the parent's container, too, and leaves both when it aborts.
TEST(EndingDeathTest, Threadsafe) {
  die_with_a_container("threadsafe");
}

class GuardEnvironment : public ::testing::Environment {
 public:
  void SetUp() override { container_.emplace(made()); }

 private:
  std::optional<TestContainer> container_;
};

class ContextListener : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo& info) override {
    set_test_context(TestContext{.test = std::string{info.test_suite_name()} + "." + info.name(),
                                 .started = std::chrono::system_clock::now()});
  }
  void OnTestEnd(const ::testing::TestInfo& /*info*/) override { set_test_context(std::nullopt); }
};

}  // namespace
}  // namespace drydock

int main(int argc, char** argv) {
  bool with_environment = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    with_environment = with_environment || argument == "--environment";
  }
  ::testing::InitGoogleTest(&argc, argv);
  ::testing::UnitTest::GetInstance()->listeners().Append(new drydock::ContextListener);
  if (with_environment) {
    ::testing::AddGlobalTestEnvironment(new drydock::GuardEnvironment);
  }
  return RUN_ALL_TESTS();
}
