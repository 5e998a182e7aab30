// The exact bytes of requests. Header lines are compared sorted: their order is the HTTP library's own.
#include <gmock/gmock.h>

#include "wire/wire_support.h"

namespace drydock {
namespace {

const ServerScript kAnswerOnce{ServerStep::expect_request(), ServerStep::send(http_answer(200, "OK"))};

std::string bytes_of(const Request& request, ScriptedServer::Socket socket = ScriptedServer::Socket::Unix) {
  ScriptedServer server({kAnswerOnce}, socket);
  HttplibExchange exchange(server.endpoint());
  exchange.send(request, far_deadline());
  return with_sorted_headers(server.received().at(0));
}

TEST(RequestBytesTest, GetHasNoBody) {
  EXPECT_EQ(bytes_of({.target = "/v1.41/containers/json?all=true&filters=%7B%7D"}),
            "GET /v1.41/containers/json?all=true&filters=%7B%7D HTTP/1.1\r\n"
            "Accept-Encoding: identity\r\nAccept: */*\r\nHost: localhost\r\nUser-Agent: drydock\r\n\r\n");
}

TEST(RequestBytesTest, PostCarriesItsBodyTypeAndHeaders) {
  EXPECT_EQ(
      bytes_of({.method = Method::Post,
                .target = "/containers/create",
                .headers = {{"X-Registry-Auth", "e30="}},
                .body = R"({"Image":"a"})",
                .content_type = "application/json"}),
      "POST /containers/create HTTP/1.1\r\n"
      "Accept-Encoding: identity\r\nAccept: */*\r\nContent-Length: 13\r\nContent-Type: application/json\r\n"
      "Host: localhost\r\nUser-Agent: drydock\r\nX-Registry-Auth: e30=\r\n\r\n"
      R"({"Image":"a"})");
}

TEST(RequestBytesTest, PostWithoutBodySaysThatItIsEmpty) {
  EXPECT_EQ(bytes_of({.method = Method::Post, .target = "/containers/a/start"}),
            "POST /containers/a/start HTTP/1.1\r\n"
            "Accept-Encoding: identity\r\nAccept: */*\r\nContent-Length: 0\r\nHost: localhost\r\n"
            "User-Agent: drydock\r\n\r\n");
}

TEST(RequestBytesTest, DeleteIsSentAsSuch) {
  EXPECT_THAT(bytes_of({.method = Method::Delete, .target = "/containers/a?force=true"}),
              testing::StartsWith("DELETE /containers/a?force=true HTTP/1.1\r\n"));
}

TEST(RequestBytesTest, EncodedTargetsAreNotEncodedAgain) {
  EXPECT_THAT(bytes_of({.target = "/images/a%2Fb%3A1/json?q=%25%20+x"}),
              testing::StartsWith("GET /images/a%2Fb%3A1/json?q=%25%20+x HTTP/1.1\r\n"));
}

TEST(RequestBytesTest, BodiesAreBinarySafeAndWholeWhateverTheirSize) {
  std::string body(300'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = static_cast<char>(i * 7);
  }
  const std::string bytes = bytes_of({.method = Method::Put,
                                      .target = "/containers/a/archive?path=%2F",
                                      .body = body,
                                      .content_type = "application/x-tar"});
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n" + body));
  EXPECT_THAT(bytes.substr(0, 400), testing::HasSubstr("Content-Length: 300000\r\n"));
}

TEST(RequestBytesTest, TcpNamesHostAndPort) {
  ScriptedServer server({kAnswerOnce}, ScriptedServer::Socket::Tcp);
  HttplibExchange(server.endpoint()).send({.target = "/_ping"}, far_deadline());
  EXPECT_THAT(server.received().at(0),
              testing::HasSubstr("Host: 127.0.0.1:" + std::to_string(server.endpoint().port) + "\r\n"));
}

TEST(RequestBytesTest, UpgradeAsksForTcp) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(http_answer(404, "{}"))}});
  HttplibExchange(server.endpoint())
      .upgrade({.method = Method::Post,
                .target = "/exec/a/start",
                .body = R"({"Detach":false})",
                .content_type = "application/json"},
               far_deadline());
  EXPECT_EQ(with_sorted_headers(server.received().at(0)),
            "POST /exec/a/start HTTP/1.1\r\n"
            "Accept-Encoding: identity\r\nAccept: */*\r\nConnection: Upgrade\r\nContent-Length: 16\r\n"
            "Content-Type: application/json\r\nHost: localhost\r\nUpgrade: tcp\r\nUser-Agent: drydock\r\n\r\n"
            R"({"Detach":false})");
}

TEST(RequestBytesTest, WhatCouldSplitARequestIsRefusedBeforeAConnectionIsMade) {
  ScriptedServer server({});
  HttplibExchange exchange(server.endpoint());
  const std::vector<Request> refused{
      {.target = "/a\r\nX: y"},
      {.target = "/a b"},
      {.target = "/a", .headers = {{"X-Registry-Auth", "a\r\nX: y"}}},
      {.target = "/a", .headers = {{"Content-Length", "3"}}},
      {.method = Method::Post, .target = "/a", .body = "x", .content_type = "text/plain\nX: y"},
  };
  for (const Request& request : refused) {
    EXPECT_EQ(outcome_of([&] { return exchange.send(request, far_deadline()); }).error,
              ErrorCode::InvalidArgument);
    EXPECT_EQ(outcome_of([&] { return exchange.upgrade(request, far_deadline()).response; }).error,
              ErrorCode::InvalidArgument);
  }
  EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace drydock
