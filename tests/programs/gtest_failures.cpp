// A test program whose tests fail on purpose, each in another way, with a container at hand that has said
// something. Run by tests of the failure listener.
#include <cstdio>
#include <stdexcept>

#include <gtest/gtest-spi.h>

#include "drydock/gtest.h"

namespace drydock {
namespace {

ContainerSpec talking(const char* words) {
  return {.image = "drydock-test/busybox:1",
          .command = {"sh", "-c", std::string{"echo "} + words + "; exec sleep 600"},
          .network_mode = "none",
          .ready = {wait::LogLine{.contains = words}}};
}

TEST(Failing, Assert) {
  const TestContainer box(talking("asserted"));
  ASSERT_TRUE(false) << "on purpose";
}

TEST(Failing, ExpectTwice) {
  const TestContainer box(talking("expected"));
  EXPECT_TRUE(false) << "on purpose, first";
  EXPECT_TRUE(false) << "on purpose, second";
}

TEST(Failing, Exception) {
  const TestContainer box(talking("thrown"));
  throw std::runtime_error("on purpose");
}

TEST(Failing, TwoContainers) {
  const TestContainer first(talking("one"));
  const TestContainer second(talking("two"));
  FAIL() << "on purpose";
}

TEST(Failing, StartOfContainer) {
  const TestContainer box({.image = "drydock-test/busybox:1",
                           .command = {"sh", "-c", "echo last words; exit 9"},
                           .network_mode = "none",
                           .ready = {wait::LogLine{.contains = "never"}}});
}

TEST(Failing, BytesThatAreNoText) {
  const TestContainer box(
      {.image = "drydock-test/busybox:1",
       .command = {"sh", "-c", R"(printf 'bad \377\001\033[31m <&> end\n'; exec sleep 600)"},
       .network_mode = "none",
       .ready = {wait::LogLine{.contains = "end"}}});
  FAIL() << "on purpose";
}

TEST(Failing, InDeathTest) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TestContainer box(talking("near-death"));
  EXPECT_DEATH(
      {
        ADD_FAILURE() << "in the child";
        std::abort();
      },
      "no such words");
}

TEST(Passing, Intercepted) {
  const TestContainer box(talking("intercepted"));
  EXPECT_NONFATAL_FAILURE(ADD_FAILURE() << "meant", "meant");
  EXPECT_FATAL_FAILURE(GTEST_FAIL() << "meant", "meant");
}

TEST(Passing, ExceptionThatIsCaught) {
  EXPECT_THROW(
      {
        const TestContainer box(talking("caught"));
        throw std::runtime_error("meant");
      },
      std::runtime_error);
}

class FailingSetUp : public ContainerTest {
 protected:
  void SetUp() override {
    start(talking("set-up"));
    throw std::runtime_error("on purpose");
  }
};

TEST_F(FailingSetUp, Test) {
  std::puts("BODY");
}

struct Silent {
  static ContainerSpec spec() {
    return {.image = "drydock-test/busybox:1",
            .command = {"sh", "-c", "echo last words; exit 9"},
            .network_mode = "none",
            .ready = {wait::LogLine{.contains = "never"}}};
  }
};

class FailingSuite : public SuiteContainer<Silent> {};

TEST_F(FailingSuite, First) {
  std::puts("BODY");
}

TEST_F(FailingSuite, Second) {
  std::puts("BODY");
}

class OwnSuiteSetUp : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    const TestContainer box(talking("suite set-up"));
    FAIL() << "on purpose";
  }
};

TEST_F(OwnSuiteSetUp, Test) {
  std::puts("BODY");
}

}  // namespace
}  // namespace drydock
