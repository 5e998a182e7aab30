// A test program of a user: listed always, run where an engine is.
#include <drydock/gtest.h>

#include <gtest/gtest.h>

TEST(Offline, ComparesSpecs) {
  const drydock::ContainerSpec spec{.image = "drydock-test/busybox:1"};
  EXPECT_EQ(spec.image, "drydock-test/busybox:1");
}

TEST(Online, RunsACommand) {
  DRYDOCK_REQUIRE_ENGINE();
  const drydock::TestContainer container({.image = "drydock-test/busybox:1", .command = {"sleep", "600"}});
  EXPECT_EQ(container.exec({"true"}).exit_code, 0);
}
