#include "docker/call.h"

#include <gtest/gtest.h>

#include "support/thrown.h"

namespace drydock {
namespace {

Call a_call() {
  return Call(Method::Get, "test");
}

TEST(CallTest, EncodesSegmentsAndQueryValues) {
  Call call = a_call().path("images").path("localhost:5000/a b").path("json");
  call.query("k", "1").query("a/b", "x&y=z");
  EXPECT_EQ(call.target, "/images/localhost%3A5000%2Fa%20b/json?k=1&a%2Fb=x%26y%3Dz");
}

TEST(CallTest, RefusesSegmentsThatWouldChangeThePath) {
  for (const std::string& segment : {std::string{}, std::string{"."}, std::string{".."},
                                     std::string{"a\r\nb"}, std::string{"a\0b", 3}, std::string{"\x7f"}}) {
    EXPECT_EQ(code_thrown_by([&] { a_call().path(segment); }), ErrorCode::InvalidArgument);
  }
}

TEST(CallTest, WritesFiltersAsAnObjectOfListsWithoutEmptyOnes) {
  Call call = a_call().path("x");
  call.filters({{"label", {"a=b", "c"}}, {"name", {}}});
  EXPECT_EQ(call.target, "/x?filters=%7B%22label%22%3A%5B%22a%3Db%22%2C%22c%22%5D%7D");
}

TEST(CallTest, LeavesFiltersOutWhenAllAreEmpty) {
  Call call = a_call().path("x");
  call.filters({{"label", {}}});
  EXPECT_EQ(call.target, "/x");
}

TEST(CallTest, ShortensIdsButNotNames) {
  EXPECT_EQ(Call(Method::Get, "test", std::string(64, 'a')).resource, std::string(12, 'a'));
  EXPECT_EQ(Call(Method::Get, "test", "web").resource, "web");
  EXPECT_EQ(Call(Method::Get, "test", std::string(64, 'x')).resource, std::string(64, 'x'));
}

}  // namespace
}  // namespace drydock
