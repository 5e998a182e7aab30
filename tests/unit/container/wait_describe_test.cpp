#include <gtest/gtest.h>

#include "drydock/container/wait.h"

namespace drydock::wait {
namespace {

struct Described {
  Condition condition;
  const char* words;
};

TEST(WaitDescribeTest, SaysEachConditionInWords) {
  const Described table[] = {
      {Started{}, "container started"},
      {LogLine{.contains = "Ready"}, "log line containing 'Ready'"},
      {LogLine{.matches = "^up$"}, "log line matching '^up$'"},
      {LogLine{.contains = "a", .matches = "b", .times = 2}, "2 log lines containing 'a' and matching 'b'"},
      {PortOpen{}, "every published TCP port open"},
      {PortOpen{80}, "port 80 open"},
      {HttpOk{}, "HTTP GET '/' answered 200"},
      {HttpOk{
           .port = 8080, .path = "/health", .method = "HEAD", .statuses = {200, 204}, .body_contains = "ok"},
       "HTTP HEAD '/health' on port 8080 answered 200 or 204 with a body containing 'ok'"},
      {Healthy{}, "healthcheck healthy"},
      {ExecSucceeds{.argv = {"pg_isready", "-U", "a b"}}, "command 'pg_isready -U 'a b'' succeeding"},
      {Exited{3}, "exit with code 3"},
      {Custom{.name = "schema"}, "custom condition 'schema'"},
      {any_of({Healthy{}, PortOpen{80}}), "any of (healthcheck healthy; port 80 open)"},
  };
  for (const Described& row : table) {
    EXPECT_EQ(describe(row.condition), row.words);
  }
}

TEST(WaitDescribeTest, KeepsControlCharactersOutOfMessages) {
  EXPECT_EQ(describe(LogLine{.contains = "a\x1b[0m"}), "log line containing 'a\\x1B[0m'");
}

}  // namespace
}  // namespace drydock::wait
