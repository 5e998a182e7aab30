// A suite with a fresh container for each test, one of which fails, and one whose container never starts.
// Bodies print BODY, the container's id and its address.
#include <cstdio>

#include "drydock/gtest.h"

#include "support/fresh_bodies.h"
#include "support/fresh_web.h"

namespace drydock {
namespace {

struct Web {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() { return web_spec(true); }
};

class Fresh : public SuiteContainer<Web> {};

TEST_F(Fresh, First) {
  print_body(container(), kWebPort);
}

TEST_F(Fresh, Failing) {
  print_body(container(), kWebPort);
  FAIL() << "as it is meant to";
}

TEST_F(Fresh, Third) {
  print_body(container(), kWebPort);
}

TEST_F(Fresh, Fourth) {
  print_body(container(), kWebPort);
}

struct Dying {
  static constexpr bool fresh_per_test = true;
  static ContainerSpec spec() {
    std::printf("ASKED\n");
    return {.image = "drydock-test/busybox:1",
            .command = {"sh", "-c", "echo last words; exit 3"},
            .ready = {wait::LogLine{.contains = "up"}}};
  }
};

class NeverUp : public SuiteContainer<Dying> {};

TEST_F(NeverUp, First) {
  std::printf("BODY\n");
}

TEST_F(NeverUp, Second) {
  std::printf("BODY\n");
}

}  // namespace
}  // namespace drydock
