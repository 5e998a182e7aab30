// When a connection is kept for the next call, when not, and what happens when the engine closed it
// meanwhile.
#include <atomic>
#include <dirent.h>
#include <thread>

#include "wire/wire_support.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;

ServerScript answering(std::string bytes) {
  return {ServerStep::expect_request(), ServerStep::send(std::move(bytes))};
}

ServerScript serving_forever() {
  return {ServerStep::repeat({ServerStep::expect_request(), ServerStep::send(http_answer(200, "OK"))})};
}

std::size_t entries(const char* directory) {
  DIR* const open = ::opendir(directory);
  std::size_t count = 0;
  while (::readdir(open) != nullptr) {
    ++count;
  }
  ::closedir(open);
  return count;
}

TEST(ConnectionReuseTest, CallsInARowShareAConnection) {
  ScriptedServer server({serving_forever()});
  HttplibExchange exchange(server.endpoint());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "OK");
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(ConnectionReuseTest, AnAnswerThatAnnouncesItsCloseIsNotFollowed) {
  const std::vector<std::string> last_answers{
      http_answer(200, "OK", "Connection: close\r\n"),
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK",
      http_answer(200, "OK") + "left over",
  };
  for (const std::string& last : last_answers) {
    ServerScript script = answering(last);
    script.push_back(ServerStep::stall());  // the server itself keeps the connection open
    ScriptedServer server({script, answering(http_answer(200, "next"))});
    HttplibExchange exchange(server.endpoint());
    EXPECT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "OK");
    EXPECT_EQ(exchange.send({.target = "/b"}, far_deadline()).body, "next");
  }
}

TEST(ConnectionReuseTest, AnIdleConnectionThatTheEngineClosedIsNotUsedForAnyMethod) {
  for (const Method method : {Method::Get, Method::Post}) {
    ScriptedServer server({answering(http_answer(200, "first")), answering(http_answer(200, "second"))});
    HttplibExchange exchange(server.endpoint());
    EXPECT_EQ(exchange.send({.method = method, .target = "/a"}, far_deadline()).body, "first");
    ASSERT_TRUE(server.wait_closed(0));
    EXPECT_EQ(exchange.send({.method = method, .target = "/a"}, far_deadline()).body, "second");
    EXPECT_EQ(server.received().size(), 2U);
  }
}

// The engine closes after the request was sent on a kept connection: whether it took effect is unknown.
TEST(ConnectionReuseTest, ALostAnswerIsAskedForAgainOnlyWhereThatIsHarmless) {
  ServerScript dying = answering(http_answer(200, "first"));
  dying.push_back(ServerStep::expect_request());
  for (const Method method : {Method::Get, Method::Head}) {
    ScriptedServer server({dying, answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")});
    HttplibExchange exchange(server.endpoint());
    exchange.send({.target = "/a"}, far_deadline());
    EXPECT_EQ(exchange.send({.method = method, .target = "/b"}, far_deadline()).status, 200);
    EXPECT_EQ(server.received().size(), 3U);
  }
  for (const Method method : {Method::Post, Method::Put, Method::Delete}) {
    ScriptedServer server({dying, answering(http_answer(200, "second"))});
    HttplibExchange exchange(server.endpoint());
    exchange.send({.target = "/a"}, far_deadline());
    const Outcome outcome =
        outcome_of([&] { return exchange.send({.method = method, .target = "/b"}, far_deadline()); });
    EXPECT_EQ(outcome.error, ErrorCode::Connection);
    EXPECT_TRUE(outcome.request_sent);
    EXPECT_EQ(server.received().size(), 2U);
  }
}

TEST(ConnectionReuseTest, AGetIsAskedForAgainOnceOnly) {
  ServerScript dying = answering(http_answer(200, "first"));
  dying.push_back(ServerStep::expect_request());
  ScriptedServer server({dying, {ServerStep::expect_request()}, answering(http_answer(200, "third"))});
  HttplibExchange exchange(server.endpoint());
  exchange.send({.target = "/a"}, far_deadline());
  EXPECT_EQ(outcome_of([&] { return exchange.send({.target = "/b"}, far_deadline()); }).error,
            ErrorCode::Connection);
  EXPECT_EQ(server.connections(), 2U);
}

TEST(ConnectionReuseTest, AnAnswerThatBeganIsNotAskedForAgain) {
  ServerScript dying = answering(http_answer(200, "first"));
  dying.push_back(ServerStep::expect_request());
  dying.push_back(ServerStep::send("HTTP/1.1 200 OK\r\n"));
  ScriptedServer server({dying, answering(http_answer(200, "second"))});
  HttplibExchange exchange(server.endpoint());
  exchange.send({.target = "/a"}, far_deadline());
  EXPECT_EQ(outcome_of([&] { return exchange.send({.target = "/b"}, far_deadline()); }).error,
            ErrorCode::Connection);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(ConnectionReuseTest, AConnectionThatIsTooOldIsDropped) {
  ScriptedServer server({serving_forever(), serving_forever()});
  HttplibExchange exchange(server.endpoint(), {.idle_limit = 0ms});
  exchange.send({.target = "/a"}, far_deadline());
  exchange.send({.target = "/a"}, far_deadline());
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_TRUE(server.wait_closed(0));
}

TEST(ConnectionReuseTest, NoMoreThanTheAllowedNumberIsKept) {
  ScriptedServer server({serving_forever()});
  HttplibExchange exchange(server.endpoint(), {.idle_connections = 0});
  exchange.send({.target = "/a"}, far_deadline());
  EXPECT_TRUE(server.wait_closed(0));
}

TEST(ConnectionReuseTest, TheExchangeClosesWhatItKept) {
  ScriptedServer server({serving_forever()});
  {
    HttplibExchange exchange(server.endpoint());
    exchange.send({.target = "/a"}, far_deadline());
  }
  EXPECT_TRUE(server.wait_closed(0));
}

TEST(ConnectionReuseTest, AThousandCallsLeaveNoThreadAndNoDescriptor) {
  ScriptedServer server({serving_forever()});
  HttplibExchange exchange(server.endpoint());
  exchange.send({.target = "/a"}, far_deadline());
  const std::size_t threads = entries("/proc/self/task");
  const std::size_t descriptors = entries("/proc/self/fd");
  for (int i = 0; i < 1000; ++i) {
    exchange.send({.target = "/a"}, far_deadline());
  }
  EXPECT_EQ(entries("/proc/self/task"), threads);
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
}

TEST(ConnectionReuseTest, FailedCallsLeaveNoDescriptor) {
  const std::size_t descriptors = entries("/proc/self/fd");
  HttplibExchange exchange(Endpoint::parse("unix:///nonexistent/engine.sock"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(outcome_of([&] { return exchange.send({.target = "/a"}, far_deadline()); }).error,
              ErrorCode::Connection);
  }
  EXPECT_EQ(entries("/proc/self/fd"), descriptors);
}

TEST(ConnectionReuseTest, EightThreadsShareAnExchangeWithoutMixingAnswers) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 50;
  std::vector<ServerScript> scripts;
  for (int i = 0; i < kThreads; ++i) {
    // Each connection answers with its own letter, a number of bytes that only a whole answer has.
    scripts.push_back({ServerStep::repeat(
        {ServerStep::expect_request(),
         ServerStep::send(http_answer(200, std::string(20'000, static_cast<char>('a' + i))))})});
  }
  ScriptedServer server(scripts);
  HttplibExchange exchange(server.endpoint());
  std::atomic<int> whole{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < kCalls; ++call) {
        const std::string body = exchange.send({.target = "/a"}, far_deadline()).body;
        whole += body == std::string(20'000, body.empty() ? '?' : body[0]) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(whole, kThreads * kCalls);
  EXPECT_LE(server.connections(), static_cast<std::size_t>(kThreads));
}

}  // namespace
}  // namespace drydock
