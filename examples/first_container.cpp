// The first container: a web server that lives as long as one test.
//
// What to look at: a container is declared as a value and started by start(), which returns when it is ready.
// Nothing is removed by hand: when the test ends, passed or failed, the container is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"

using namespace drydock;
using testing::AllOf;
using testing::HasSubstr;

class WebTest : public ContainerTest {};

TEST_F(WebTest, ServesItsPage) {
  // Port 8080 of the container is published on 127.0.0.1 and a free port of this machine. The container
  // counts as ready when its /health answers 200; should it die before, start() throws at once and shows its
  // log.
  TestContainer& web = start({.image = "drydock-test/web:1",
                              .ports = {8080},
                              .ready = {wait::HttpOk{.port = 8080, .path = "/health"}}});

  // A client on this machine would connect here.
  EXPECT_THAT(web.address(8080), testing::MatchesRegex(".+:[0-9]+"));

  // A command in the container: its exit code, stdout and stderr are a value that matchers look at.
  EXPECT_THAT(web.exec({"wget", "-q", "-O", "-", "http://127.0.0.1:8080/"}),
              Succeeded(StdoutIs(HasSubstr("hello from the test image"))));

  EXPECT_THAT(web, AllOf(IsRunning(), HasLogLine("web: listening on port 8080")));
}

// Without a fixture: the container is a local variable, and its scope is the scope of the variable.
TEST(LocalContainer, IsRemovedAtTheEndOfItsScope) {
  DRYDOCK_REQUIRE_ENGINE();
  const Client client = Client::from_environment();
  ContainerId id;
  {
    const TestContainer box({.image = "drydock-test/busybox:1", .command = {"sleep", "1000"}});
    id = box.id();
    EXPECT_THAT(box.exec({"cat", "/etc/issue"}), Succeeded(StdoutIs("drydock test image\n")));
  }
  EXPECT_EQ(client.containers().find(id), std::nullopt);
}
