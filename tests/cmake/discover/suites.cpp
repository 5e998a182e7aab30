// Suites of each kind whose names GoogleTest composes.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

TEST(Plain, Passes) {}
TEST(Plain, PassesToo) {}

// Has a name that begins with another's.
TEST(PlainAndMore, Passes) {}

TEST(Plain, DISABLED_Fails) {
  FAIL();
}

TEST(AllOff, DISABLED_Fails) {
  FAIL();
}

TEST(DISABLED_Off, Fails) {
  FAIL();
}

TEST(Skipping, Always) {
  GTEST_SKIP() << "on purpose";
}

TEST(SkippingOne, Skips) {
  GTEST_SKIP() << "on purpose";
}

TEST(SkippingOne, Passes) {}

template <typename T>
class Typed : public testing::Test {};
using Types = testing::Types<int, std::vector<char>, std::map<std::string, int[3]>>;
TYPED_TEST_SUITE(Typed, Types);
TYPED_TEST(Typed, Passes) {}

class Valued : public testing::TestWithParam<std::string> {};
TEST_P(Valued, Passes) {
  EXPECT_NE(GetParam(), "x");
}
INSTANTIATE_TEST_SUITE_P(Odd, Valued,
                         testing::Values("a;b", "[", "]]", "# no comment", "\"$HOME\"\n", "${x}"));
INSTANTIATE_TEST_SUITE_P(Named, Valued, testing::Values("one", "two"),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(DISABLED_Off, Valued, testing::Values("x"));

// What ctest's variable asks for fails, so that the result of the suite is seen to be its tests'.
TEST(Switched, FailsOnDemand) {
  EXPECT_EQ(std::getenv("FAIL_ON_DEMAND"), nullptr);
}

TEST(Switched, Skips) {
  GTEST_SKIP() << "on purpose";
}

int main(int argc, char** argv) {
  std::puts("Note. This program prints before its list, as some do;\n  [it is] no test");
  if (std::getenv("LISTING_FAILS") != nullptr) {
    return 3;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
