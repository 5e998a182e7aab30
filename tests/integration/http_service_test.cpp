// The generic HTTP fixture against a real web server.
#include "drydock/fixtures/http_service.h"

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock::fixtures {
namespace {

HttpServiceOptions web() {
  return {.image = "drydock-test/web:1", .port = 8080, .ready_path = "/health"};
}

TEST(HttpServiceTest, AnswersAtItsUrlOnceConstructed) {
  const HttpService service{web()};
  EXPECT_EQ(service.url("/health"),
            "http://" + service.host() + ":" + std::to_string(service.port()) + "/health");
  // Reached from the host through the published port, by a container that shares the host's network.
  TestContainer host_side(
      {.image = "drydock-test/busybox:1", .command = {"sleep", "60"}, .network_mode = "host"});
  const ExecResult got = host_side.exec({"wget", "-qO-", service.url("/health")});
  EXPECT_EQ(got.exit_code, 0) << got.err;
  EXPECT_FALSE(got.out.empty());
}

TEST(HttpServiceTest, ServesFilesThatWereCopiedIn) {
  HttpServiceOptions options = web();
  options.files = {{.path = "/www/greeting.txt", .content = "hello from the test\n"}};
  options.ready_path = "/greeting.txt";
  HttpService service{options};
  EXPECT_EQ(service.container().sh("wget -qO- http://127.0.0.1:8080/greeting.txt").out,
            "hello from the test\n");
}

TEST(HttpServiceTest, RefusesAPathWithoutASlash) {
  const HttpService service{web()};
  EXPECT_THROW((void)service.url("health"), InvalidArgumentError);
}

TEST(HttpServiceTest, FailsWhenThePathIsNeverThere) {
  HttpServiceOptions options = web();
  options.ready_path = "/nowhere";
  options.ready_timeout = std::chrono::milliseconds{800};
  try {
    const HttpService service{options};
    FAIL() << "a service that answers 404 counted as ready";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::NotReady) << error.what();
  }
}

}  // namespace
}  // namespace drydock::fixtures
