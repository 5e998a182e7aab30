#include "drydock/transport/exchange.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

TEST(MethodTest, IsWrittenAsHttpHasIt) {
  EXPECT_STREQ(to_string(Method::Get), "GET");
  EXPECT_STREQ(to_string(Method::Head), "HEAD");
  EXPECT_STREQ(to_string(Method::Post), "POST");
  EXPECT_STREQ(to_string(Method::Put), "PUT");
  EXPECT_STREQ(to_string(Method::Delete), "DELETE");
}

TEST(ResponseTest, FindsTheFirstHeaderInAnyCase) {
  const Response response{.headers = {{"Api-Version", "1.41"}, {"API-VERSION", "1.44"}, {"Empty", ""}}};
  EXPECT_EQ(response.header("api-version"), "1.41");
  EXPECT_EQ(response.header("Empty"), "");
  EXPECT_EQ(response.header("Api"), "");
}

}  // namespace
}  // namespace drydock
