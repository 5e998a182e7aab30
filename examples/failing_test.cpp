// A test that fails on purpose, to show what a failure looks like. The tests of Drydock run it and check that
// its output and its XML name the container, its exit code and its last words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;

namespace {

// A service that dies when it is told to read its configuration again.
constexpr const char* kApp = R"(trap 'echo "app: cannot read /etc/app.conf" >&2; exit 3' HUP
echo "app: ready"
while :; do sleep 0.05; done
)";

}  // namespace

class AppTest : public ContainerTest {};

TEST_F(AppTest, SurvivesAReload) {
  TestContainer& app = start({.image = "drydock-test/busybox:1",
                              .command = {"sh", "/app.sh"},
                              .env = {{"APP_MODE", "test"}, {"APP_PASSWORD", "not shown"}},
                              .files = {{.path = "/app.sh", .content = kApp}},
                              .ready = {wait::LogLine{.contains = "app: ready"}}});
  app.kill("SIGHUP");
  app.wait_exit();
  EXPECT_THAT(app, IsRunning());  // fails: the reload ended it
}
