#include "transport/request_check.h"

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

TEST(RequestCheckTest, PassesWhatTheClientSends) {
  EXPECT_NO_THROW(check_request({.target = "/_ping"}));
  EXPECT_NO_THROW(check_request({.method = Method::Post,
                                 .target = "/v1.41/images/create?fromImage=a%2Fb&tag=1",
                                 .headers = {{"X-Registry-Auth", "eyJ9=-_"}, {"X-Empty", ""}},
                                 .body = std::string("\0\r\n", 3),
                                 .content_type = "application/json"}));
}

TEST(RequestCheckTest, RefusesTargetsThatAreNotEncoded) {
  for (const std::string& target : {std::string(), std::string("a"), std::string("http://host/"),
                                    std::string("/a b"), std::string("/a\r\nb"), std::string("/a\tb"),
                                    std::string("/\x7f"), std::string("/ä"), std::string("/a\0b", 4)}) {
    EXPECT_THROW(check_request({.target = target}), InvalidArgumentError) << target;
  }
}

TEST(RequestCheckTest, RefusesHeadersThatCouldSplitTheRequest) {
  for (const std::string& value : {std::string("a\r\nB: c"), std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_THROW(check_request({.target = "/", .headers = {{"X-A", value}}}), InvalidArgumentError);
    EXPECT_THROW(check_request({.target = "/", .content_type = value}), InvalidArgumentError);
  }
  for (const char* name : {"", "X A", "X:", "X-A\r\n", "ä"}) {
    EXPECT_THROW(check_request({.target = "/", .headers = {{name, "a"}}}), InvalidArgumentError) << name;
  }
}

TEST(RequestCheckTest, RefusesHeadersThatTheExchangeWrites) {
  for (const char* name :
       {"Host", "content-length", "Content-Type", "Transfer-Encoding", "CONNECTION", "Upgrade"}) {
    EXPECT_THROW(check_request({.target = "/", .headers = {{name, "a"}}}), InvalidArgumentError) << name;
  }
}

TEST(RequestCheckTest, NamesTheCallAndNotTheValue) {
  try {
    check_request({.target = "/",
                   .headers = {{"X-Registry-Auth", "secret\n"}},
                   .operation = "image pull",
                   .resource = "redis:7"});
    FAIL() << "accepted";
  } catch (const InvalidArgumentError& error) {
    EXPECT_EQ(error.operation(), "image pull");
    EXPECT_EQ(error.resource(), "redis:7");
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace drydock
