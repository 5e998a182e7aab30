// A test program whose tests run against a matrix of images. Its bodies print BODY, the image and the
// containers that the session has at the engine, so that whoever runs it sees that one is alive at a time.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "drydock/gtest.h"
#include "drydock/gtest/image_types.h"
#include "drydock/gtest/images.h"

namespace drydock {
namespace {

constexpr const char* kSlowEnv = "IMAGES_PROGRAM_SECONDS";

struct Idle {
  static ContainerSpec spec(const std::string& image) {
    return {.image = image,
            .command = {"sleep", "600"},
            .network_mode = "none",
            .removal = Removal::Background};  // which would let two live at a time
  }
};

void print_body(const char* test, TestContainer& container) {
  const std::size_t alive =
      container.client()
          .containers()
          .list({.labels = {"drydock.session=" + container.inspect().labels.at("drydock.session")}})
          .size();
  if (const char* const seconds = std::getenv(kSlowEnv)) {
    container.exec({"sleep", seconds});
  }
  std::printf("BODY %s %s %zu %s\n", test, container.inspect().image.c_str(), alive, container.id().c_str());
}

class Matrix : public ImageContainer<Idle> {};

TEST_P(Matrix, First) {
  EXPECT_EQ(container().inspect().image, image());
  print_body("matrix-first", container());
}

TEST_P(Matrix, Second) {
  print_body("matrix-second", container());
}

INSTANTIATE_TEST_SUITE_P(Versions, Matrix, images({"drydock-test/busybox:1", "drydock-test/web:1"}),
                         image_name);

template <class Image>
class Typed : public TypedImageContainer<Idle, Image> {};

using Versions = ImageTypes<"drydock-test/busybox:1", "drydock-test/web:1">;
TYPED_TEST_SUITE(Typed, Versions, ImageTypeNames);

TYPED_TEST(Typed, First) {
  print_body("typed-first", this->container());
}

TYPED_TEST(Typed, Second) {
  print_body("typed-second", this->container());
}

struct Broken {
  static ContainerSpec spec(const std::string& image) {
    return {.image = image,
            .command = {"sh", "-c", "echo last words; exit 9"},
            .network_mode = "none",
            .ready = {wait::LogLine{.contains = "never"}}};
  }
};

class BrokenMatrix : public ImageContainer<Broken> {};

TEST_P(BrokenMatrix, First) {
  std::printf("BODY broken\n");
}

TEST_P(BrokenMatrix, Second) {
  std::printf("BODY broken\n");
}

INSTANTIATE_TEST_SUITE_P(Versions, BrokenMatrix, images({"drydock-test/busybox:1", "drydock-test/web:1"}),
                         image_name);

struct OfSuite {
  static ContainerSpec spec() { return {.image = "declared/by-suite:1"}; }
};
class Suite : public SuiteContainer<OfSuite> {};
TEST_F(Suite, DISABLED_NeverRuns) {}

const bool by_hand = declare_image("declared/by-hand:1");

}  // namespace
}  // namespace drydock
