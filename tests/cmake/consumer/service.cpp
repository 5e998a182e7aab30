// Tests that share a service of the ctest run; each says which container it was given.
#include <cstdlib>
#include <drydock/container/attach.h>
#include <drydock/gtest.h>
#include <fstream>

#include <gtest/gtest.h>

namespace {

void use_service() {
  const drydock::TestContainer web = drydock::attach("web");
  EXPECT_EQ(web.sh("echo $COLOR").out, "green\n");
  EXPECT_NE(web.host_port(8080), 0);
  EXPECT_EQ(std::getenv("EXTRA"), std::string{"a b"});
  if (const char* const log = std::getenv("SERVICE_LOG")) {
    std::ofstream{log, std::ios::app} << web.id() << "\n";
  }
}

}  // namespace

TEST(First, UsesTheService) {
  use_service();
}

TEST(Second, UsesTheService) {
  use_service();
}

template <typename T>
class Typed : public testing::Test {};
using Types = testing::Types<int, char>;
TYPED_TEST_SUITE(Typed, Types);
TYPED_TEST(Typed, UsesTheService) {
  use_service();
}

TEST(Third, FailsOnDemand) {
  const drydock::TestContainer web = drydock::attach("web");
  EXPECT_EQ(std::getenv("FAIL_ON_DEMAND"), nullptr);
}
