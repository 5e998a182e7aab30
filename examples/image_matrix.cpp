// The same tests against several versions of a service, one version alive at a time.
//
// What to look at: the spec takes the image as an argument. With TEST_P each test runs with all images before
// the next test; a typed suite keeps the tests of an image together, so that each image's container starts
// once. The names in the report say which image it was: Versions/ShellTest.Sorts/busybox_1,
// TypedShellTest/web_1.Sorts.
//
//   DRYDOCK_IMAGES="busybox=drydock-test/probe:1" build/debug/examples/image_matrix    # other images
//   DRYDOCK_LIST_IMAGES=- build/debug/examples/image_matrix                            # which images it
//   needs
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"
#include "drydock/gtest/image_types.h"
#include "drydock/gtest/images.h"

using namespace drydock;

namespace {

struct ShellImage {
  static ContainerSpec spec(const std::string& image) {
    return {.image = image, .command = {"sleep", "1000"}};
  }
};

}  // namespace

// With parameters.
class ShellTest : public ImageContainer<ShellImage> {};

TEST_P(ShellTest, Sorts) {
  EXPECT_THAT(container().sh("printf 'b\\na\\n' | sort"), Succeeded(StdoutIs("a\nb\n")));
}

TEST_P(ShellTest, RunsTheImageOfItsName) {
  EXPECT_EQ(container().inspect().image, image());
}

INSTANTIATE_TEST_SUITE_P(Versions, ShellTest, images({"drydock-test/busybox:1", "drydock-test/web:1"}),
                         image_name);

// As a typed suite.
template <class Image>
class TypedShellTest : public TypedImageContainer<ShellImage, Image> {};

using Versions = ImageTypes<"drydock-test/busybox:1", "drydock-test/web:1">;
TYPED_TEST_SUITE(TypedShellTest, Versions, ImageTypeNames);

TYPED_TEST(TypedShellTest, Sorts) {
  EXPECT_THAT(this->container().sh("printf 'b\\na\\n' | sort"), Succeeded(StdoutIs("a\nb\n")));
}

TYPED_TEST(TypedShellTest, StartsOnceForAllItsTests) {
  EXPECT_THAT(this->container(), IsRunning());
}

// An image that only a test's body names is declared, so that it can be pulled ahead, too.
const bool declared = declare_image("drydock-test/probe:1");

TEST(OtherTest, UsesAnImageOfItsOwn) {
  DRYDOCK_REQUIRE_ENGINE();
  EXPECT_TRUE(declared);
  EXPECT_TRUE(Client::from_environment().images().find("drydock-test/probe:1"));
}
