#include "docker/docker_hub.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

std::string short_form_of(const char* image) {
  return short_form(ImageReference::parse(image));
}

TEST(DockerHubTest, KnowsItsImagesByAllOfItsNames) {
  for (const char* const image : {"redis", "team/app:2", "docker.io/redis", "index.docker.io/library/redis",
                                  "registry.hub.docker.com/team/app"}) {
    EXPECT_TRUE(is_of_hub(ImageReference::parse(image))) << image;
  }
  for (const char* const image :
       {"quay.io/team/app", "localhost/app", "127.0.0.1:5000/redis", "docker.io.x/a"}) {
    EXPECT_FALSE(is_of_hub(ImageReference::parse(image))) << image;
  }
}

TEST(DockerHubTest, DropsItsOwnHostOnly) {
  EXPECT_EQ(without_hub_host("docker.io/library/redis:7"), "library/redis:7");
  EXPECT_EQ(without_hub_host("registry.hub.docker.com/team/app"), "team/app");
  EXPECT_EQ(without_hub_host("docker.iox/redis"), "docker.iox/redis");
  EXPECT_EQ(without_hub_host("quay.io/app"), "quay.io/app");
}

TEST(DockerHubTest, GivesOneNameToOneImage) {
  EXPECT_EQ(short_form_of("docker.io/library/redis"), "redis:latest");
  EXPECT_EQ(short_form_of("library/redis:7"), "redis:7");
  EXPECT_EQ(short_form_of("index.docker.io/team/app:2"), "team/app:2");
  EXPECT_EQ(short_form_of("library/a/b:1"), "library/a/b:1");
  EXPECT_EQ(short_form_of("quay.io/library/app"), "quay.io/library/app:latest");
  const std::string digest = "@sha256:" + std::string(64, 'a');
  EXPECT_EQ(short_form_of(("docker.io/redis" + digest).c_str()), "redis" + digest);
}

}  // namespace
}  // namespace drydock
