// One web server for all suites of a ctest run: CMakeLists.txt names it, CTest brings it up and takes it
// down.
//
// What to look at: each suite is a process of its own, and attach() gives each the same container, which none
// of them removes.
#include <drydock/container/attach.h>
#include <drydock/gtest.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace drydock;
using testing::HasSubstr;

TEST(Catalogue, IsServed) {
  const TestContainer web = attach("web");
  // From here it is reached at web.address(8080), such as 127.0.0.1:49153. In the container:
  EXPECT_THAT(web.exec({"wget", "-q", "-O", "-", "http://127.0.0.1:8080/"}),
              Succeeded(StdoutIs(HasSubstr("html"))));
}

TEST(Checkout, FindsTheServerWell) {
  EXPECT_THAT(attach("web"), IsRunning());
}
