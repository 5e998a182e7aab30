// Suites with a fresh container for each test, of the image that BOX_IMAGE names: each is left as dirty as
// can be. Bodies print BODY, the container's id and its address.
#include <cstdlib>
#include <string>

#include "drydock/gtest.h"

#include "support/fresh_bodies.h"
#include "support/fresh_web.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

ContainerSpec box_spec() {
  ContainerSpec spec = standing_spec();
  const char* const image = std::getenv("BOX_IMAGE");
  spec.image = image == nullptr ? kBusybox : image;
  spec.pull = PullPolicy::Never;
  spec.removal = Removal::Background;
  return spec;
}

struct Anchored {
  static constexpr bool fresh_per_test = true;
  static constexpr bool open_shell = true;
  static ContainerSpec spec() { return box_spec(); }
};

// Engines refuse names of its own to what joins another's network.
struct Refused {
  static constexpr bool fresh_per_test = true;
  static constexpr bool open_shell = true;
  static ContainerSpec spec() {
    ContainerSpec spec = box_spec();
    spec.create_patch_json = R"({"HostConfig": {"ExtraHosts": ["friend:127.0.0.2"]}})";
    return spec;
  }
};

template <typename Box>
class Fresh : public SuiteContainer<Box> {
 protected:
  static void use() {
    const TestContainer& box = Fresh::container();
    print_body(box, kStandingPort);
    EXPECT_EQ(dirt_in(box), "");
    EXPECT_EQ(box.exec({"cat"}, {.input = "fast", .mode = ExecMode::Fast}).out, "fast");
    soil(box);
    EXPECT_NE(dirt_in(box), "") << "the look at the dirt sees nothing";
  }
};

class AnchoredFresh : public Fresh<Anchored> {};

TEST_F(AnchoredFresh, First) {
  use();
}

TEST_F(AnchoredFresh, Second) {
  use();
}

TEST_F(AnchoredFresh, Third) {
  use();
}

class RefusedFresh : public Fresh<Refused> {};

TEST_F(RefusedFresh, First) {
  use();
}

TEST_F(RefusedFresh, Second) {
  use();
}

TEST_F(RefusedFresh, Third) {
  use();
}

}  // namespace
}  // namespace drydock
