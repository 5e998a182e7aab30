// The switch to a raw stream, and the stream itself.
#include "wire/wire_support.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;

const std::string kSwitched =
    "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
    "Upgrade: tcp\r\n\r\n";
const Request kAttach{.method = Method::Post, .target = "/containers/a/attach?stream=1&stdin=1"};

Upgraded upgrade(const ScriptedServer& server) {
  return HttplibExchange(server.endpoint()).upgrade(kAttach, far_deadline());
}

std::string read_all(Duplex& stream) {
  std::string all;
  std::string buffer(64, '\0');
  for (;;) {
    if (!stream.wait(false, far_deadline()).readable) {
      ADD_FAILURE() << "the stream has not ended";
      return all;
    }
    const std::size_t size = stream.read(buffer);
    if (size == 0) {
      return all;
    }
    all.append(buffer, 0, size);
  }
}

void write_all(Duplex& stream, std::string_view data) {
  while (!data.empty()) {
    ASSERT_TRUE(stream.wait(true, far_deadline()).writable);
    data.remove_prefix(stream.write(data));
  }
}

TEST(UpgradeTest, BytesGoBothWaysAndEndEachOnItsOwn) {
  for (const auto socket : {ScriptedServer::Socket::Unix, ScriptedServer::Socket::Tcp}) {
    ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(kSwitched),
                            ServerStep::receive_rest(), ServerStep::send("after the end of stdin")}},
                          socket);
    Upgraded upgraded = upgrade(server);
    EXPECT_EQ(upgraded.response.status, 101);
    EXPECT_EQ(upgraded.response.header("Content-Type"), "application/vnd.docker.raw-stream");
    ASSERT_NE(upgraded.stream, nullptr);
    write_all(*upgraded.stream, "some input");
    upgraded.stream->close_write();
    EXPECT_EQ(read_all(*upgraded.stream), "after the end of stdin");
    EXPECT_EQ(server.received().at(1), "some input");
  }
}

TEST(UpgradeTest, BytesThatComeWithTheHeadAreTheStreamsFirst) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(kSwitched + "early\r\n\r\nbytes"),
                          ServerStep::receive(1), ServerStep::send(", later bytes")}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  std::string first(5, '\0');
  ASSERT_TRUE(upgraded.stream->wait(false, far_deadline()).readable);
  EXPECT_EQ(upgraded.stream->read(first), 5U);
  EXPECT_EQ(first, "early");
  write_all(*upgraded.stream, "x");
  EXPECT_EQ(read_all(*upgraded.stream), "\r\n\r\nbytes, later bytes");
}

TEST(UpgradeTest, AHeadThatComesInPiecesIsPutTogether) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::trickle(kSwitched + "x", 0ms), ServerStep::half_close()}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  EXPECT_EQ(read_all(*upgraded.stream), "x");
}

TEST(UpgradeTest, ARefusalIsAnAnswerWithItsBody) {
  const std::vector<std::pair<int, std::string>> refusals{
      {404, http_answer(404, "no such container")},
      {409,
       "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nis no\r\n9\r\nt "
       "running\r\n0\r\n\r\n"},
      {500, "HTTP/1.1 500 Internal Server Error\r\n\r\nthe engine is tired"},
      {200, http_answer(200, "{}", "Content-Type: application/json\r\n")},
  };
  for (const auto& [status, bytes] : refusals) {
    ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(bytes)}});
    const Upgraded upgraded = upgrade(server);
    EXPECT_EQ(upgraded.stream, nullptr);
    EXPECT_EQ(upgraded.response.status, status);
    EXPECT_FALSE(upgraded.response.body.empty());
  }
}

TEST(UpgradeTest, ARefusalsBodyIsCapped) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send("HTTP/1.1 500 Error\r\n\r\n"),
                          ServerStep::repeat({ServerStep::send(std::string(65536, 'x'))})}});
  HttplibExchange exchange(server.endpoint());
  Request request = kAttach;
  request.response_limit = 1000;
  EXPECT_EQ(outcome_of([&] { return exchange.upgrade(request, far_deadline()).response; }).error,
            ErrorCode::ResponseTooLarge);
}

// Without the Upgrade header on the engine's side (a proxy ate it) the raw stream follows a bare 200.
TEST(UpgradeTest, ABareRawStreamIsTaken) {
  ScriptedServer server(
      {{ServerStep::expect_request(),
        ServerStep::send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nhello")}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  EXPECT_EQ(read_all(*upgraded.stream), "hello");
}

TEST(UpgradeTest, BrokenHeadsEndTyped) {
  const std::vector<std::pair<std::string, ErrorCode>> heads{
      {"", ErrorCode::Connection},
      {"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n", ErrorCode::Connection},
      {"HTTP/1.1 101 UPGRADED\r\nX-Header: " + std::string(1'000'000, 'x'), ErrorCode::Protocol},
      {"what?\r\n\r\n", ErrorCode::Protocol},
  };
  for (const auto& [bytes, error] : heads) {
    ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(bytes)}});
    EXPECT_EQ(outcome_of([&] { return upgrade(server).response; }).error, error);
  }
}

TEST(UpgradeTest, AnUpgradeTakesAConnectionOfItsOwnAndDoesNotGiveItBack) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(http_answer(200, "one")),
                          ServerStep::expect_request(), ServerStep::send(http_answer(200, "two"))},
                         {ServerStep::expect_request(), ServerStep::send(kSwitched), ServerStep::stall()}});
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "one");
  {
    const Upgraded upgraded = exchange.upgrade(kAttach, far_deadline());
    ASSERT_NE(upgraded.stream, nullptr);
    EXPECT_EQ(exchange.send({.target = "/a"}, far_deadline()).body, "two");
  }
  EXPECT_TRUE(server.wait_closed(1));
  EXPECT_EQ(server.connections(), 2U);
}

TEST(UpgradeTest, WaitEndsAtItsDeadline) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(kSwitched), ServerStep::stall()}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  const Duplex::Ready ready = upgraded.stream->wait(false, Deadline::in(20ms));
  EXPECT_FALSE(ready.readable);
  EXPECT_FALSE(ready.writable);
  EXPECT_TRUE(upgraded.stream->wait(true, Deadline::in(20ms)).writable);
}

TEST(UpgradeTest, LargeDataPassesUnharmedWhileTheOtherSideIsSlow) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::send(kSwitched), ServerStep::receive_rest()}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  std::string data(4 << 20, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<char>(i >> 3U);
  }
  write_all(*upgraded.stream, data);
  upgraded.stream->close_write();
  EXPECT_EQ(read_all(*upgraded.stream), "");
  EXPECT_TRUE(server.received().at(1) == data);
}

TEST(UpgradeTest, WritingToAnEngineThatHasGoneThrowsAndRaisesNoSignal) {
  const DeadlySigpipe deadly;
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(kSwitched)}});
  Upgraded upgraded = upgrade(server);
  ASSERT_NE(upgraded.stream, nullptr);
  ASSERT_TRUE(server.wait_closed(0));
  EXPECT_TRUE(upgraded.stream->wait(true, far_deadline()).writable);
  EXPECT_THROW(upgraded.stream->write("x"), ConnectionError);
  EXPECT_EQ(read_all(*upgraded.stream), "");
}

}  // namespace
}  // namespace drydock
