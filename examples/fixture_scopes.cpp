// Three scopes: a container for one test, for a suite, and for the whole program.
//
// What to look at: the wider the scope, the fewer starts, and the more care a test takes to leave the
// container as it found it. Under ctest with gtest_discover_tests() each test is a program of its own, so
// that suite and program scope shrink to the test; to share containers, add the whole program as one test
// with add_test(), or see shared_container.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

namespace {

ContainerSpec busybox() {
  return {.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}};
}

}  // namespace

// Test scope: start() in a test or in SetUp(). Every test has a container that nobody has touched.
class PerTest : public ContainerTest {
 protected:
  void SetUp() override { box_ = &start(busybox()); }
  TestContainer* box_{nullptr};
};

TEST_F(PerTest, WritesAFile) {
  EXPECT_THAT(box_->sh("echo x > /tmp/mark"), Succeeded());
}

TEST_F(PerTest, FindsNoFileOfAnotherTest) {
  EXPECT_THAT(box_->exec({"test", "-e", "/tmp/mark"}), ExitedWith(1));
}

// Suite scope: started before the suite's first test, removed after its last.
struct Busybox {
  static ContainerSpec spec() { return busybox(); }
};

class PerSuite : public SuiteContainer<Busybox> {
 protected:
  inline static ContainerId first_seen;
};

TEST_F(PerSuite, HasOneContainer) {
  first_seen = container().id();
  EXPECT_THAT(container(), IsRunning());
}

TEST_F(PerSuite, HasTheSameContainerInTheNextTest) {
  // Empty when this test runs alone, by --gtest_filter.
  EXPECT_THAT(
      container().id(),
      testing::AnyOf(first_seen, testing::Truly([](const ContainerId&) { return first_seen.empty(); })));
}

// Program scope: started before the program's first test, removed after its last. With --gtest_list_tests, or
// when no test is selected, nothing is started.
namespace {
auto& shared = add_container(busybox());
}

TEST(PerProgram, HasOneContainer) {
  EXPECT_THAT(*shared, IsRunning());
}

TEST(PerProgramToo, HasItInEverySuite) {
  EXPECT_THAT(shared->exec({"true"}), Succeeded());
}
