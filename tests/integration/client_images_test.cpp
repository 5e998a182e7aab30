// Images on a real engine, without a registry.
#include <algorithm>

#include <gtest/gtest.h>

#include "support/engine_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class ClientImagesTest : public EngineTest {
 protected:
  [[nodiscard]] Images images() const { return client().images(); }
};

TEST_F(ClientImagesTest, InspectsAndFinds) {
  const ImageDetails image = images().inspect(kBusybox);
  EXPECT_EQ(image.os, "linux");
  EXPECT_FALSE(image.architecture.empty());
  EXPECT_GT(image.size_bytes, 0);
  EXPECT_EQ(image.command, std::vector<std::string>{"sh"});
  EXPECT_FALSE(image.has_healthcheck);
  EXPECT_EQ(images().find(image.id)->id, image.id);
  EXPECT_FALSE(images().find("drydock-test/nosuch:1"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(images().inspect("drydock-test/nosuch:1")); }),
            ErrorCode::NotFound);
}

TEST_F(ClientImagesTest, TagsListsAndRemoves) {
  const std::string reference = "localhost/" + unique_name() + ":9";
  images().tag(kBusybox, reference);
  track_image(reference);
  const std::string id = images().inspect(reference).id;
  EXPECT_EQ(id, images().inspect(kBusybox).id);
  const std::vector<ImageSummary> listed = images().list({}, reference);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, id);
  EXPECT_EQ(std::count(listed[0].tags.begin(), listed[0].tags.end(), reference), 1);
  EXPECT_TRUE(images().list({"drydock.nosuch-label"}).empty());
  EXPECT_TRUE(images().remove(reference));
  EXPECT_FALSE(images().remove(reference));
  EXPECT_TRUE(images().find(kBusybox));
}

TEST_F(ClientImagesTest, RefusesToRemoveAnImageThatAContainerUses) {
  create({"true"});
  EXPECT_EQ(code_thrown_by([&] { images().remove(images().inspect(kBusybox).id); }), ErrorCode::Conflict);
  EXPECT_TRUE(images().find(kBusybox));
}

TEST_F(ClientImagesTest, TellsThatThereIsNothingToTag) {
  EXPECT_EQ(code_thrown_by([&] { images().tag("drydock-test/nosuch:1", "localhost/x:1"); }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace drydock
