// Bodies that are in order: how they are framed, capped, streamed and refused.
#include <gmock/gmock.h>

#include "wire/wire_support.h"

namespace drydock {
namespace {

using testing::ElementsAre;

ServerScript answering(std::string bytes) {
  return {ServerStep::expect_request(), ServerStep::send(std::move(bytes))};
}

Response answer_to(const Request& request, const std::string& bytes) {
  ScriptedServer server({answering(bytes)});
  return HttplibExchange(server.endpoint()).send(request, far_deadline());
}

TEST(BodyTest, ChunksAreJoined) {
  const Response response = answer_to({.target = "/a"},
                                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                      "5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(response.body, "hello world");
}

TEST(BodyTest, ABodyWithoutLengthEndsWithTheConnection) {
  EXPECT_EQ(answer_to({.target = "/a"}, "HTTP/1.1 200 OK\r\n\r\nhello").body, "hello");
}

TEST(BodyTest, HeadersAreFoundInAnyCase) {
  const Response response =
      answer_to({.target = "/_ping"}, http_answer(200, "OK", "Api-Version: 1.41\r\nOSType: linux\r\n"));
  EXPECT_EQ(response.header("API-VERSION"), "1.41");
  EXPECT_EQ(response.header("ostype"), "linux");
  EXPECT_EQ(response.header("Missing"), "");
}

TEST(BodyTest, HtmlAndOtherRefusalsAreAnswers) {
  const Response response = answer_to(
      {.target = "/a"}, http_answer(502, "<html>Bad Gateway</html>", "Content-Type: text/html\r\n"));
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(response.body, "<html>Bad Gateway</html>");
}

TEST(BodyTest, InterimContinueIsPassedOver) {
  EXPECT_EQ(answer_to({.target = "/a"}, "HTTP/1.1 100 Continue\r\n\r\n" + http_answer(200, "OK")).body, "OK");
}

// The engine answers 304 to the start of a container that runs, without a length; a reader that waits for the
// connection's end would hang.
TEST(BodyTest, StatusesWithoutBodyEndWithTheirHead) {
  for (const int status : {204, 304}) {
    ScriptedServer server({{ServerStep::expect_request(),
                            ServerStep::send("HTTP/1.1 " + std::to_string(status) + " Status\r\n\r\n"),
                            ServerStep::expect_request(), ServerStep::send(http_answer(200, "next"))}});
    HttplibExchange exchange(server.endpoint());
    EXPECT_EQ(exchange.send({.method = Method::Post, .target = "/a"}, far_deadline()).status, status);
    EXPECT_EQ(exchange.send({.target = "/b"}, far_deadline()).body, "next");
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST(BodyTest, HeadHasHeadersOnly) {
  ScriptedServer server({{ServerStep::expect_request(),
                          ServerStep::send("HTTP/1.1 200 OK\r\nX-Docker-Container-Path-Stat: e30=\r\n"
                                           "Content-Length: 100\r\n\r\n"),
                          ServerStep::expect_request(), ServerStep::send(http_answer(200, "next"))}});
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(exchange.send({.method = Method::Head, .target = "/a"}, far_deadline())
                .header("X-Docker-Container-Path-Stat"),
            "e30=");
  EXPECT_EQ(exchange.send({.target = "/b"}, far_deadline()).body, "next");
  EXPECT_EQ(server.connections(), 1U);
}

TEST(BodyTest, ABodyAtItsLimitPassesAndOneBytePastItIsTooLarge) {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
  for (const std::string& bytes :
       {http_answer(200, "hello!"), chunked, std::string("HTTP/1.1 404 No\r\n\r\nhello!")}) {
    EXPECT_EQ(answer_to({.target = "/a", .response_limit = 6}, bytes).body, "hello!");
    EXPECT_EQ(outcome_of([&] { return answer_to({.target = "/a", .response_limit = 5}, bytes); }).error,
              ErrorCode::ResponseTooLarge);
  }
}

TEST(BodyTest, AnEndlessBodyIsCutAtItsLimit) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send("HTTP/1.1 200 OK\r\n\r\n"),
                          ServerStep::repeat({ServerStep::send(std::string(65536, 'x'))})}});
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(outcome_of([&] {
              return exchange.send({.target = "/a", .response_limit = 1 << 20}, far_deadline());
            }).error,
            ErrorCode::ResponseTooLarge);
}

TEST(BodyTest, StreamHandsPiecesOnAsTheyCome) {
  ScriptedServer server(
      {{ServerStep::expect_request(),
        ServerStep::send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"),
        ServerStep::stall()}});
  HttplibExchange exchange(server.endpoint());
  std::vector<std::string> pieces;
  // No more comes: a reader that gathers pieces first would meet its deadline.
  const Response response = exchange.stream(
      {.target = "/a"},
      [&](std::string_view piece) {
        pieces.emplace_back(piece);
        return false;
      },
      far_deadline());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(pieces, ElementsAre("one"));
}

TEST(BodyTest, StreamIsNotCapped) {
  ScriptedServer server({answering(http_answer(200, std::string(1'000'000, 'x')))});
  HttplibExchange exchange(server.endpoint());
  std::size_t size = 0;
  exchange.stream(
      {.target = "/a", .response_limit = 10},
      [&](std::string_view piece) {
        size += piece.size();
        return true;
      },
      far_deadline());
  EXPECT_EQ(size, 1'000'000U);
}

TEST(BodyTest, StreamKeepsARefusalsBody) {
  ScriptedServer server({answering(http_answer(404, "no such container"))});
  HttplibExchange exchange(server.endpoint());
  const Response response = exchange.stream(
      {.target = "/a"},
      [](std::string_view) {
        ADD_FAILURE() << "the sink got the body of a refusal";
        return true;
      },
      far_deadline());
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "no such container");
}

TEST(BodyTest, ASinkThatStopsEndsTheTransferAndTheConnection) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::send("HTTP/1.1 200 OK\r\n\r\nline"), ServerStep::stall()},
       answering(http_answer(200, "next"))});
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(exchange
                .stream(
                    {.target = "/a"}, [](std::string_view) { return false; }, far_deadline())
                .status,
            200);
  EXPECT_TRUE(server.wait_closed(0));
  EXPECT_EQ(exchange.send({.target = "/b"}, far_deadline()).body, "next");
}

TEST(BodyTest, WhatTheSinkThrowsComesOut) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::send("HTTP/1.1 200 OK\r\n\r\nline"), ServerStep::stall()}});
  HttplibExchange exchange(server.endpoint());
  EXPECT_THROW(exchange.stream(
                   {.target = "/a"}, [](std::string_view) -> bool { throw 42; }, far_deadline()),
               int);
  EXPECT_TRUE(server.wait_closed(0));
}

// `PUT archive` to a container that does not exist: the engine answers and closes without reading the body,
// and a process that sends on dies of SIGPIPE.
TEST(BodyTest, AnAnswerThatComesBeforeTheWholeRequestIsRead) {
  const DeadlySigpipe deadly;
  ScriptedServer server({{ServerStep::expect_head(), ServerStep::send(http_answer(404, "no such container"))},
                         answering(http_answer(200, "next"))});
  HttplibExchange exchange(server.endpoint());
  const Outcome outcome = outcome_of([&] {
    return exchange.send({.method = Method::Put, .target = "/a", .body = std::string(8 << 20, 'x')},
                         far_deadline());
  });
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.response.status, 404);
  EXPECT_EQ(outcome.response.body, "no such container");
  EXPECT_EQ(exchange.send({.target = "/b"}, far_deadline()).body, "next");
}

TEST(BodyTest, AnEngineThatClosesWhileItIsSentToMayHaveTakenTheRequest) {
  for (const auto socket : {ScriptedServer::Socket::Unix, ScriptedServer::Socket::Tcp}) {
    ScriptedServer server({{ServerStep::expect_head()}}, socket);
    HttplibExchange exchange(server.endpoint());
    const Outcome outcome = outcome_of([&] {
      return exchange.send({.method = Method::Put, .target = "/a", .body = std::string(8 << 20, 'x')},
                           far_deadline());
    });
    EXPECT_EQ(outcome.error, ErrorCode::Connection);
    EXPECT_TRUE(outcome.request_sent);
  }
}

}  // namespace
}  // namespace drydock
