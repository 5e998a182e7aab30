// A test that fails on purpose, to show what a failure looks like. The tests of Drydock run it and check that
// its output and its XML name the container, its exit code and its last words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

class AppTest : public ContainerTest {};

TEST_F(AppTest, SurvivesAReload) {
  TestContainer& app = start({.image = "drydock-test/busybox:1",
                              .command = {"sh", "-c",
                                          "trap 'echo \"app: cannot read /etc/app.conf\" >&2; exit 3' HUP\n"
                                          "echo 'app: ready'\n"
                                          "while :; do sleep 0.05; done"},
                              .env = {{"APP_MODE", "test"}, {"APP_PASSWORD", "not shown"}},
                              .ready = {wait::LogLine{.contains = "app: ready"}}});
  app.kill("SIGHUP");
  app.wait_exit();
  EXPECT_THAT(app, IsRunning());  // fails: the reload ended it
}
