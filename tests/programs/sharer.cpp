// A test program that asks for the run's shared container, says "container ID NAME", for a second time "again
// ID NAME", and ends in the way that SHARER_END names: "pass", "fail", "wait" for others to end it, or its
// parent. SHARER_MARK and SHARER_FILE_BYTES say which container. See
// tests/integration/shared_container_test.cpp and shared_deaths_test.cpp.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/shared_container.h"
#include "drydock/gtest/shared_container.h"

#include "support/shared_spec.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

ContainerSpec spec_of_this_run() {
  return shared_spec(setting("SHARER_MARK"),
                     std::strtoull(setting("SHARER_FILE_BYTES").c_str(), nullptr, 10));
}

void tell(const TestContainer& container, const char* what = "container") {
  std::printf("%s %s %s\n", what, container.id().c_str(), container.name().c_str());
  std::fflush(stdout);
}

void end() {
  const std::string wish = setting("SHARER_END");
  EXPECT_NE(wish, "fail") << "on purpose";
  const pid_t parent = ::getppid();
  while (wish == "wait" && ::getppid() == parent) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

TEST(Sharer, Attaches) {
  const TestContainer container = shared_container(spec_of_this_run());
  EXPECT_THAT(container.logs().out, HasSubstr("shared: ready")) << "it was handed out too early";
  tell(container);
  end();
}

TEST(Sharer, AttachesTwice) {
  tell(shared_container(spec_of_this_run()));
  tell(shared_container(spec_of_this_run()), "again");
  end();
}

TEST(Sharer, CannotHaveWhatIsNeverReady) {
  ContainerSpec spec = spec_of_this_run();
  spec.ready = {wait::LogLine{.contains = "never said"}};
  spec.ready_timeout = std::chrono::milliseconds{1500};
  (void)shared_container(spec);
}

struct Marked {
  static ContainerSpec spec() { return spec_of_this_run(); }
};
struct Cleaned : Marked {
  static SharedOptions options() { return {.reset = reset::Exec{.argv = {"rm", "-f", "/tmp/mark"}}}; }
};

class FirstSuite : public SharedContainer<Marked> {};
class SecondSuite : public SharedContainer<Cleaned> {};

TEST_F(FirstSuite, UsesIt) {
  tell(container());
  EXPECT_EQ(container().sh("touch /tmp/mark").exit_code, 0);
  EXPECT_THROW(container().stop(), InvalidArgumentError);
}

TEST_F(SecondSuite, HasItCleanedAndForItselfAlone) {
  tell(container());
  EXPECT_EQ(container().exec({"test", "-e", "/tmp/mark"}).exit_code, 1);
  container().restart(std::chrono::seconds{0});
}

}  // namespace
}  // namespace drydock
