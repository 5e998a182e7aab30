#include "cli/wait_argument.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Kind>
Kind parse(std::string_view text) {
  const wait::Condition condition = parse_wait(text);
  const Kind* const found = condition.get_if<Kind>();
  return found != nullptr ? *found : throw std::runtime_error("another kind of condition");
}

TEST(WaitArgumentTest, LogTakesAllThatFollowsTheColon) {
  EXPECT_EQ(parse<wait::LogLine>("log:ready: yes").contains, "ready: yes");
  EXPECT_EQ(parse<wait::LogLine>("log:ready").times, 1);
  const auto twice = parse<wait::LogLine>("log*2:ready to accept connections");
  EXPECT_EQ(twice.times, 2);
  EXPECT_EQ(twice.contains, "ready to accept connections");
}

TEST(WaitArgumentTest, PortIsOneOrAll) {
  EXPECT_EQ(parse<wait::PortOpen>("port:8080").port, 8080);
  EXPECT_EQ(parse<wait::PortOpen>("port").port, 0);
}

TEST(WaitArgumentTest, HttpHasAPortAndAPathOrDefaults) {
  const auto both = parse<wait::HttpOk>("http:8080/health?deep=1");
  EXPECT_EQ(both.port, 8080);
  EXPECT_EQ(both.path, "/health?deep=1");
  EXPECT_EQ(parse<wait::HttpOk>("http:8080").path, "/");
  EXPECT_EQ(parse<wait::HttpOk>("http:/health").path, "/health");
  EXPECT_EQ(parse<wait::HttpOk>("http:/health").port, 0);
  EXPECT_EQ(parse<wait::HttpOk>("http").port, 0);
}

TEST(WaitArgumentTest, ExecIsSplitIntoWords) {
  EXPECT_THAT(parse<wait::ExecSucceeds>("exec:pg_isready -U 'the app'").argv,
              ElementsAre("pg_isready", "-U", "the app"));
}

TEST(WaitArgumentTest, ExitedHasACode) {
  EXPECT_EQ(parse<wait::Exited>("exited").code, 0);
  EXPECT_EQ(parse<wait::Exited>("exited:3").code, 3);
}

TEST(WaitArgumentTest, HealthyHasNoValue) {
  EXPECT_TRUE(parse_wait("healthy").get_if<wait::Healthy>() != nullptr);
}

TEST(WaitArgumentTest, BadOnesAreRefusedByName) {
  for (const char* text : {"",           "ready",         "log",
                           "log:",       "log*:x",        "log*0:x",
                           "log*two:x",  "port:",         "port:0",
                           "port:65536", "port:8080/tcp", "http:",
                           "http:x/",    "http:0/",       "http://localhost:8080/",
                           "healthy:",   "exec",          "exec:",
                           "exec:'a",    "exited:",       "exited:256",
                           "exited:-1",  "LOG:x"}) {
    try {
      static_cast<void>(parse_wait(text));
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const InvalidArgumentError& error) {
      EXPECT_THAT(error.what(), HasSubstr("--wait")) << text;
    }
  }
}

}  // namespace
}  // namespace drydock::cli
