// The Redis fixture on a real server, through hiredis.
#include "drydock/fixtures/redis.h"

#include <hiredis/hiredis.h>
#include <memory>
#include <optional>
#include <regex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/subprocess.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

::testing::Environment* const redis_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{RedisOptions{}.image});
::testing::Environment* const valkey_image =
    ::testing::AddGlobalTestEnvironment(new ServiceImage{"valkey/valkey:8"});

/// A connection by hiredis. What the server refuses is its answer, as its text.
class Connection {
 public:
  explicit Connection(const Redis& redis)
      : context_(redisConnect(redis.host().c_str(), redis.port()), &redisFree) {}
  Connection(const Redis& redis, const std::string& password) : Connection(redis) {
    authenticated_ = ask({"AUTH", password});
  }

  [[nodiscard]] const std::string& authenticated() const { return authenticated_; }

  std::string ask(const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    const std::unique_ptr<void, decltype(&freeReplyObject)> answer{
        redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data()),
        &freeReplyObject};
    if (!answer) {
      return context_->errstr;
    }
    const auto* const reply = static_cast<const redisReply*>(answer.get());
    if (reply->type == REDIS_REPLY_INTEGER) {
      return std::to_string(reply->integer);
    }
    return reply->type == REDIS_REPLY_NIL || reply->str == nullptr ? "" : std::string{reply->str, reply->len};
  }

 private:
  std::unique_ptr<redisContext, decltype(&redisFree)> context_;
  std::string authenticated_{};
};

struct Greeter : Redis {
  using Redis::Redis;
  static Options options() {
    return {.password = "p@ss \"word\\",
            .init = {"SET greeting \"good\\nday\"", "SELECT 3", "HSET item name 'an anchor'",
                     "RPUSH crew ann bob"},
            .settings = {{"enable-debug-command", "yes"}}};
  }
};

class RedisTest : public SuiteService<Greeter> {
 protected:
  void SetUp() override { service().clean(); }
  Connection connection_{service(), service().password().reveal()};
};

TEST_F(RedisTest, IsReadyForTheFirstCommandAndRanInit) {
  EXPECT_EQ(connection_.authenticated(), "OK");
  EXPECT_EQ(connection_.ask({"GET", "greeting"}), "good\nday");
  EXPECT_EQ(connection_.ask({"SELECT", "3"}), "OK");
  EXPECT_EQ(connection_.ask({"HGET", "item", "name"}), "an anchor");
}

TEST_F(RedisTest, ComesBackToCleanWhateverATestDid) {
  connection_.ask({"SET", "greeting", "changed"});
  connection_.ask({"SET", "dirt", "1"});
  connection_.ask({"SELECT", "9"});
  connection_.ask({"RPUSH", "dirt", "1", "2"});
  connection_.ask(
      {"FUNCTION", "LOAD", "#!lua name=dirt\nredis.register_function('dirt', function() return 1 end)"});
  const std::string script = connection_.ask({"SCRIPT", "LOAD", "return 7"});
  connection_.ask({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
  EXPECT_EQ(connection_.ask({"EVALSHA", script, "0"}), "7");
  EXPECT_EQ(connection_.ask({"FCALL", "dirt", "0"}), "1");
  connection_.ask({"CLIENT", "PAUSE", "60000", "WRITE"});

  service().clean();

  EXPECT_EQ(connection_.ask({"DBSIZE"}), "0");
  EXPECT_EQ(connection_.ask({"SET", "written", "at once"}), "OK") << "the pause is over";
  EXPECT_EQ(connection_.ask({"DEL", "written"}), "1");
  EXPECT_THAT(connection_.ask({"EVALSHA", script, "0"}), HasSubstr("NOSCRIPT"));
  EXPECT_THAT(connection_.ask({"FCALL", "dirt", "0"}), HasSubstr("Function not found"));
  EXPECT_EQ(service().command({"SELECT", "0"}), "OK");
  EXPECT_EQ(service().command({"KEYS", "*"}), "greeting");
  EXPECT_EQ(service().command({"GET", "greeting"}), "good\nday");
  EXPECT_EQ(service().command({"DBSIZE"}, 3), "2");
  EXPECT_THAT(service().command({"INFO", "keyspace"}), Not(HasSubstr("db9")));
}

TEST_F(RedisTest, KeepsConnectionsAndWhatIsDocumentedToStay) {
  EXPECT_EQ(connection_.ask({"CONFIG", "SET", "maxmemory", "77mb"}), "OK");
  service().clean();
  EXPECT_EQ(connection_.ask({"PING"}), "PONG");
  EXPECT_EQ(service().command({"CONFIG", "GET", "maxmemory"}), "maxmemory\n80740352");
  EXPECT_EQ(connection_.ask({"CONFIG", "SET", "maxmemory", "0"}), "OK");
}

TEST_F(RedisTest, RunsACommandAndSaysWhatTheServerRefused) {
  EXPECT_EQ(service().command({"SET", "bytes", std::string{"a\0\r\nb", 5}}), "OK");
  EXPECT_EQ(service().command({"GET", "bytes"}), (std::string{"a\0\r\nb", 5}));
  EXPECT_EQ(service().command({"GET", "missing"}), "");
  EXPECT_EQ(service().command({"RPUSH", "list", "x", "y"}), "2");
  EXPECT_EQ(service().command({"LRANGE", "list", "0", "-1"}), "x\ny");
  const auto refused = thrown_by<Error>([] { service().command({"INCR", "greeting"}); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(refused->what(), AllOf(HasSubstr("INCR"), HasSubstr("not an integer")));
  EXPECT_THROW(service().command({}), InvalidArgumentError);
}

TEST_F(RedisTest, HasAUrlThatItsOwnClientTakes) {
  std::string url = service().url(3);
  const std::string address = service().address();
  url.replace(url.find(address), address.size(), "127.0.0.1:6379");
  EXPECT_THAT(service().container().exec({"redis-cli", "-u", url, "HGET", "item", "name"}),
              Succeeded(StdoutIs("an anchor\n")));
}

TEST_F(RedisTest, EndsAScriptThatDoesNotEnd) {
  EXPECT_EQ(connection_.ask({"CONFIG", "SET", "busy-reply-threshold", "10"}), "OK");
  std::string words;
  std::thread busy{[&] { words = connection_.ask({"EVAL", "while true do end", "0"}); }};
  Connection other{service()};
  while (!other.ask({"PING"}).starts_with("BUSY")) {
    other.ask({"AUTH", std::string{service().password().reveal()}});
  }
  service().clean();
  busy.join();
  EXPECT_THAT(words, HasSubstr("killed"));
  EXPECT_EQ(service().command({"CONFIG", "SET", "busy-reply-threshold", "5000"}), "OK");
  EXPECT_EQ(service().command({"GET", "greeting"}), "good\nday");
}

TEST_F(RedisTest, IsCleanedByOneAfterTheOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 25; ++j) {
        EXPECT_NO_THROW(service().clean());
        EXPECT_LE(std::stoi(service().command({"LLEN", "crew"}, 3)), 2) << ".init was run by two at once";
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(service().command({"LRANGE", "crew", "0", "-1"}, 3), "ann\nbob");
}

TEST_F(RedisTest, RefusesWrongCredentialsInTheServersWords) {
  EXPECT_THAT(Connection(service(), "wrong").authenticated(), HasSubstr("WRONGPASS"));
  EXPECT_THAT(Connection(service()).ask({"PING"}), HasSubstr("NOAUTH"));
}

TEST(RedisStartTest, ServesWithoutAPassword) {
  const Redis redis;
  EXPECT_EQ(redis.url(), "redis://" + redis.address() + "/0");
  EXPECT_EQ(Connection{redis}.ask({"SET", "a", "1"}), "OK");
  redis.clean();
  EXPECT_EQ(Connection{redis}.ask({"DBSIZE"}), "0");
}

TEST(RedisStartTest, ServesAsValkey) {
  const Redis valkey{{.image = "valkey/valkey:8", .init = {"SET a 1"}}};
  EXPECT_EQ(Connection{valkey}.ask({"DEL", "a"}), "1");
  valkey.clean();
  EXPECT_EQ(Connection{valkey}.ask({"GET", "a"}), "1");
}

TEST(RedisStartTest, CleansAServerThatHasNoFlush) {
  const Redis redis{
      {.init = {"SET a 1"}, .config = "rename-command FLUSHALL \"\"\nrename-command FLUSHDB hidden\n"}};
  Connection connection{redis};
  EXPECT_THAT(connection.ask({"FLUSHALL"}), HasSubstr("unknown command"));
  for (int i = 0; i < 2000; ++i) {
    connection.ask({"SET", "dirt " + std::to_string(i), "1"});
  }
  EXPECT_EQ(redis.command({"SET", "dirt", "1"}, 9), "OK");
  redis.clean();
  EXPECT_EQ(redis.command({"KEYS", "*"}), "a");
  EXPECT_EQ(redis.command({"DBSIZE"}, 9), "0");
}

TEST(RedisStartTest, SaysWhatToDoWhenItCannotBeCleaned) {
  const Redis redis{{.config = "rename-command FLUSHALL \"\"\nrename-command EVAL \"\"\n"}};
  const auto error = thrown_by<Error>([&] { redis.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("'rename-command'"), HasSubstr("reset::Restart")));
}

TEST(RedisStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const Redis redis{{.password = "secret", .tls = signed_by_itself.files()}};
  EXPECT_THAT(redis.url(), AllOf(HasSubstr("rediss://default:secret@"), HasSubstr(redis.address())));
  const SubprocessResult shaken =
      run_subprocess({"sh", "-c",
                      "(printf 'AUTH secret\\r\\nPING\\r\\nQUIT\\r\\n'; sleep 1) | "
                      "openssl s_client -quiet -verify_return_error -CAfile \"$0\" -connect \"$1\" 2>&1",
                      signed_by_itself.certificate_file(), redis.address()});
  EXPECT_THAT(shaken.output, HasSubstr("+PONG"));
  EXPECT_NE(Connection{redis}.ask({"PING"}), "PONG") << "the port takes TLS only";
  redis.clean();
}

TEST(RedisStartTest, KeepsItsDataOverARestartWhenItIsDurable) {
  Redis redis{{.init = {"SET seed 1"}, .durable = true}};
  redis.command({"DEL", "seed"});
  redis.command({"SET", "kept", "1"});
  redis.container().restart();
  EXPECT_EQ(redis.command({"GET", "kept"}), "1");
  EXPECT_EQ(redis.command({"GET", "seed"}), "") << "init runs when there is nothing only";
  redis.clean();
  EXPECT_EQ(redis.command({"KEYS", "*"}), "seed");
}

TEST(RedisStartTest, ShowsTheServersWordsWhenASettingIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] {
    (void)Redis{{.settings = {{"maxmemory", "much"}}}};
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("FATAL CONFIG FILE ERROR"), HasSubstr("maxmemory much")));
}

TEST(RedisStartTest, ShowsTheServersWordsWhenACommandOfInitIsWrong) {
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<ContainerStartError>([] { (void)Redis{{.init = {"SET a 1", "SETT b 2"}}}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), AllOf(HasSubstr(".init[1]"), HasSubstr("unknown command 'SETT'")));
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{20}) << "not after the whole wait";
}

TEST(RedisStartTest, SaysAtOnceThatTheServerDied) {
  Redis redis;
  redis.container().kill();
  const auto start = Deadline::Clock::now();
  EXPECT_EQ(code_thrown_by([&] { redis.clean(); }), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

// Whether a client of the server has sent what the server has not read, by the server's own table of sockets.
bool has_unread_request(const Redis& redis) {
  static const std::regex unread{":18EB [0-9A-F]+:[0-9A-F]{4} 01 [0-9A-F]{8}:(?!0{8})[0-9A-F]{8} "};
  const std::string sockets = redis.container().exec({"cat", "/proc/net/tcp", "/proc/net/tcp6"}).out;
  return std::regex_search(sockets, unread);
}

TEST(RedisStartTest, SaysAtOnceThatTheServerDiesUnderAClean) {
  Redis redis;
  redis.container().kill("SIGSTOP");  // from here on it answers nobody
  EXPECT_FALSE(has_unread_request(redis));
  std::optional<ErrorCode> code;
  std::thread cleaner{[&] { code = code_thrown_by([&] { redis.clean(); }); }};
  const Deadline asked = Deadline::in(std::chrono::seconds{30});
  while (!has_unread_request(redis) && !asked.expired()) {
  }
  EXPECT_FALSE(asked.expired()) << "the clean has asked the server for nothing";
  const auto killed = Deadline::Clock::now();
  redis.container().kill();
  cleaner.join();
  EXPECT_LT(Deadline::Clock::now() - killed, std::chrono::seconds{5});
  EXPECT_EQ(code, ErrorCode::ContainerExited);
}

TEST(RedisStartTest, ServesAgainAfterItsContainerWasReset) {
  Redis redis{{.init = {"SET a 1"}}};
  redis.command({"CONFIG", "SET", "maxmemory", "77mb"});
  redis.container().reset(reset::Restart{});
  EXPECT_EQ(redis.command({"GET", "a"}), "1");
  EXPECT_EQ(redis.command({"CONFIG", "GET", "maxmemory"}), "maxmemory\n0");
  redis.container().reset(reset::Recreate{});
  EXPECT_EQ(redis.command({"GET", "a"}), "1");
}

}  // namespace
}  // namespace drydock::fixtures
