// A test program with a test in each scope below the program's. Its bodies print BODY and the container's id,
// so that whoever runs it sees what ran. Run by tests of the GoogleTest layer; its main() is drydock's.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "drydock/gtest.h"

namespace drydock {
namespace {

ContainerSpec idle() {
  return {.image = "drydock-test/busybox:1", .command = {"sleep", "600"}, .network_mode = "none"};
}

void print_body(const char* scope, const std::string& id = "-") {
  std::printf("BODY %s %s\n", scope, id.c_str());
}

TEST(Engineless, Passes) {
  print_body("engineless");
}

TEST(Plain, RequiresEngine) {
  DRYDOCK_REQUIRE_ENGINE();
  print_body("plain");
}

// Like many fixtures, it overrides SetUp() and forgets its base.
class PerTest : public ContainerTest {
 protected:
  void SetUp() override { print_body("per-test set-up"); }
};

TEST_F(PerTest, First) {
  TestNetwork& backend = network();
  TestVolume& data = volume();
  ContainerSpec spec = idle();
  spec.network_mode = "";
  spec.networks = {{.network = backend.name()}};
  spec.mounts = {Mount::volume(data.name(), "/data")};
  const TestContainer& first = start(spec);
  const TestContainer& second = start(idle());
  EXPECT_TRUE(first.inspect().state.running);
  print_body("per-test", first.id());
  print_body("per-test", second.id());
}

TEST_F(PerTest, Second) {
  print_body("per-test", start(idle()).id());
}

struct Idle {
  static ContainerSpec spec() { return idle(); }
};

class PerSuite : public SuiteContainer<Idle> {};

TEST_F(PerSuite, First) {
  print_body("per-suite", container().id());
}

TEST_F(PerSuite, Second) {
  print_body("per-suite", container().id());
}

class OtherSuite : public SuiteContainer<Idle> {};

TEST_F(OtherSuite, First) {
  print_body("other-suite", container().id());
}

struct Broken {
  static ContainerSpec spec() { return {.image = "drydock-test/busybox:1", .command = {"/no/such/program"}}; }
};

class BrokenSuite : public SuiteContainer<Broken> {};

TEST_F(BrokenSuite, First) {
  print_body("broken-suite");
}

TEST_F(BrokenSuite, Second) {
  print_body("broken-suite");
}

// Forgets what the documentation asks for.
class SelfMadeSuite : public SuiteContainer<Idle> {
 public:
  static void SetUpTestSuite() {}
};

TEST_F(SelfMadeSuite, First) {
  print_body("self-made-suite");
}

[[noreturn]] void die_with(const char* container) {
  std::fprintf(stderr, "dying with %s\n", container);
  std::abort();
}

class PerTestDeathTest : public ContainerTest {};

TEST_F(PerTestDeathTest, Threadsafe) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(die_with(start(idle()).name().c_str()), "dying with drydock-");
  print_body("per-test death");
}

TEST_F(PerTestDeathTest, Fast) {
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_DEATH(die_with(start(idle()).name().c_str()), "dying with drydock-");
  print_body("per-test death");
}

class PerSuiteDeathTest : public SuiteContainer<Idle> {};

TEST_F(PerSuiteDeathTest, ThreadsafeWithoutUse) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(die_with("nothing"), "dying with nothing");
  print_body("per-suite death", container().id());
}

TEST_F(PerSuiteDeathTest, ThreadsafeWithUse) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(die_with(container().sh("echo ok").out.c_str()), "dying with ok");
  print_body("per-suite death", container().id());
}

}  // namespace
}  // namespace drydock
