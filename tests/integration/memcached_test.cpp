// The Memcached fixture on a real server, in its text protocol.
#include "drydock/fixtures/memcached.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/services.h"

#include "support/local_service.h"
#include "support/service_image.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;

::testing::Environment* const memcached_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{MemcachedOptions{}.image});

/// Sends commands on a connection of its own, "quit" after them, and returns all that is answered.
std::string say(const Memcached& cache, const std::string& commands) {
  const UniqueFd socket = connect_here(cache.port());
  std::string answer;
  EXPECT_TRUE(send_all(socket.get(), commands + "\r\nquit\r\n"));
  EXPECT_TRUE(read_to_end(socket.get(), answer));
  return answer;
}

class MemcachedTest : public SuiteService<Memcached> {
 protected:
  void SetUp() override { service().clean(); }
};

TEST_F(MemcachedTest, IsReadyForTheFirstCommand) {
  EXPECT_EQ(say(service(), "set greeting 0 0 5\r\nhello"), "STORED\r\n");
  EXPECT_EQ(say(service(), "get greeting"), "VALUE greeting 0 5\r\nhello\r\nEND\r\n");
}

TEST_F(MemcachedTest, ComesBackToCleanWhateverATestDid) {
  for (int i = 0; i < 20; ++i) {
    const std::string key = "key" + std::to_string(i);
    EXPECT_EQ(say(service(), "set " + key + " 0 0 4\r\ndirt"), "STORED\r\n");
    service().clean();
    EXPECT_EQ(say(service(), "get " + key), "END\r\n");
    EXPECT_EQ(say(service(), "add " + key + " 0 0 3\r\nnew"), "STORED\r\n")
        << "within the second of the clean";
    EXPECT_EQ(say(service(), "get " + key), "VALUE " + key + " 0 3\r\nnew\r\nEND\r\n");
  }
  service().clean();
  EXPECT_THAT(say(service(), "stats"), HasSubstr("STAT total_items 0\r\n"));
}

TEST_F(MemcachedTest, KeepsConnections) {
  const UniqueFd socket = connect_here(service().port());
  ASSERT_TRUE(send_all(socket.get(), "set a 0 0 1 noreply\r\nx\r\n"));
  service().clean();
  std::string answer;
  ASSERT_TRUE(send_all(socket.get(), "version\r\nquit\r\n"));
  EXPECT_TRUE(read_to_end(socket.get(), answer));
  EXPECT_THAT(answer, HasSubstr("VERSION 1."));
}

TEST_F(MemcachedTest, HasAUrl) {
  EXPECT_EQ(service().url(), "memcached://" + service().host() + ":" + std::to_string(service().port()));
}

TEST(MemcachedStartTest, TakesItsLimits) {
  const Memcached cache{{.memory_mib = 16, .max_item_kib = 2048, .max_connections = 33}};
  const std::string settings = say(cache, "stats settings");
  EXPECT_THAT(settings, HasSubstr("STAT maxbytes 16777216\r\n"));
  EXPECT_THAT(settings, HasSubstr("STAT maxconns 33\r\n"));
  const std::string big(1500000, 'x'), set = "set big 0 0 1500000\r\n" + big;
  EXPECT_EQ(say(cache, set), "STORED\r\n");
  EXPECT_THAT(say(Memcached{}, set), HasSubstr("too large"));
}

TEST(MemcachedStartTest, ShowsTheServersWordsWhenAnArgumentIsWrong) {
  const auto error =
      thrown_by<ContainerStartError>([] { (void)Memcached{{.arguments = {"--no-such-option"}}}; });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_THAT(error->what(), HasSubstr("unrecognized option '--no-such-option'"));
}

TEST(MemcachedStartTest, SaysAtOnceThatTheServerDied) {
  Memcached cache;
  cache.container().kill();
  const auto start = Deadline::Clock::now();
  EXPECT_EQ(code_thrown_by([&] { cache.clean(); }), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

TEST(MemcachedStartTest, SaysAtOnceThatTheServerDiesUnderAClean) {
  Memcached cache;
  cache.container().kill("SIGSTOP");  // it takes connections, and does not answer
  std::optional<ErrorCode> code;
  std::thread cleaner{[&] { code = code_thrown_by([&] { cache.clean(); }); }};
  const auto killed = Deadline::Clock::now();
  cache.container().kill();
  cleaner.join();
  EXPECT_EQ(code, ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - killed, std::chrono::seconds{5});
}

TEST(MemcachedStartTest, ServesAgainAfterItsContainerWasReset) {
  Memcached cache;
  EXPECT_EQ(say(cache, "set a 0 0 1\r\nx"), "STORED\r\n");
  cache.container().reset(reset::Restart{});
  EXPECT_EQ(say(cache, "get a"), "END\r\n");
  cache.clean();
  cache.container().reset(reset::Recreate{});
  cache.clean();
}

}  // namespace
}  // namespace drydock::fixtures
