// Answers that are cut short, malformed or too large: each ends in its typed error, never in a hang or a
// false success.
#include "wire/wire_support.h"

namespace drydock {
namespace {

using Socket = ScriptedServer::Socket;

struct BrokenAnswer {
  const char* name;
  std::string bytes;
  ErrorCode error;
};

void PrintTo(const BrokenAnswer& answer, std::ostream* out) {
  *out << answer.name;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kChunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";

std::string many_headers() {
  std::string bytes = kOk;
  while (bytes.size() < 1'000'000) {
    bytes += "X-Header: " + std::string(100, 'x') + "\r\n";
  }
  return bytes + "Content-Length: 0\r\n\r\n";
}

const std::vector<BrokenAnswer> kBrokenAnswers{
    {"NothingAtAll", "", ErrorCode::Connection},
    {"CutInTheStatusLine", "HTTP/1.1 20", ErrorCode::Connection},
    {"CutAfterTheStatusLine", kOk, ErrorCode::Connection},
    {"CutInAHeader", kOk + "Content-Le", ErrorCode::Connection},
    {"CutBeforeTheEmptyLine", kOk + "Content-Length: 0\r\n", ErrorCode::Connection},
    {"ShortBody", kOk + "Content-Length: 10\r\n\r\nabc", ErrorCode::Connection},
    {"CutChunkSize", kChunked + "5", ErrorCode::Connection},
    {"CutChunk", kChunked + "5\r\nhel", ErrorCode::Connection},
    {"CutAfterAChunk", kChunked + "5\r\nhello\r\n", ErrorCode::Connection},
    {"CutInTheLastChunk", kChunked + "5\r\nhello\r\n0\r\n", ErrorCode::Connection},
    {"ChunkSizeInWords", kChunked + "five\r\nhello\r\n0\r\n\r\n", ErrorCode::Protocol},
    {"ChunkSizeNegative", kChunked + "-5\r\nhello\r\n0\r\n\r\n", ErrorCode::Protocol},
    {"ChunkSizePrefixed", kChunked + "0x5\r\nhello\r\n0\r\n\r\n", ErrorCode::Protocol},
    {"ChunkSizeOverflows", kChunked + "11111111111111111\r\nhello\r\n0\r\n\r\n", ErrorCode::Protocol},
    {"ChunkWithoutItsLineEnd", kChunked + "5\r\nhelloX\r\n0\r\n\r\n", ErrorCode::Protocol},
    {"ChunkLineWithoutEnd", kChunked + std::string(1'000'000, '5'), ErrorCode::Protocol},
    {"GarbageStatusLine", "it's alive\r\n\r\n", ErrorCode::Protocol},
    {"ZeroBytes", std::string(4096, '\0') + "\n", ErrorCode::Protocol},
    {"OtherProtocol", "SSH-2.0-OpenSSH_9.2\r\n", ErrorCode::Protocol},
    {"OtherHttpVersion", "HTTP/2 200\r\n\r\n", ErrorCode::Protocol},
    {"StatusLineOf60KiB", "HTTP/1.1 200 " + std::string(60 << 10, 'x') + "\r\n\r\n", ErrorCode::Protocol},
    {"StatusLineOf60KiBAfterContinue",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 " + std::string(60 << 10, 'x') + "\r\n\r\n",
     ErrorCode::Protocol},
    {"HeaderLineOf1MB", kOk + "X-Header: " + std::string(1'000'000, 'x') + "\r\n\r\n", ErrorCode::Protocol},
    {"HeadersOf1MB", many_headers(), ErrorCode::Protocol},
    {"ContentLengthInWords", kOk + "Content-Length: ten\r\n\r\n", ErrorCode::Protocol},
    {"ContentLengthNegative", kOk + "Content-Length: -1\r\n\r\n", ErrorCode::Protocol},
    {"ContentLengthWithRest", kOk + "Content-Length: 1 1\r\n\r\nab", ErrorCode::Protocol},
    {"ContentLengthTwice", kOk + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", ErrorCode::Protocol},
    {"OtherTransferCoding", kOk + "Transfer-Encoding: gzip\r\n\r\nab", ErrorCode::Protocol},
    {"SwitchThatNobodyAskedFor", "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n", ErrorCode::Protocol},
    {"InformationThatNobodyAskedFor", "HTTP/1.1 102 Processing\r\n\r\n", ErrorCode::Protocol},
};

class BrokenAnswerTest : public testing::TestWithParam<BrokenAnswer> {
 protected:
  const BrokenAnswer& answer() const { return GetParam(); }
  ServerScript script() const { return {ServerStep::expect_request(), ServerStep::send(answer().bytes)}; }
  void expect_error(const Outcome& outcome) const {
    EXPECT_EQ(outcome.error, answer().error);
    EXPECT_EQ(outcome.request_sent, answer().error == ErrorCode::Connection);
    EXPECT_EQ(outcome.operation, "container inspect");
    EXPECT_EQ(outcome.resource, "db");
  }
  Request request() const { return {.target = "/a", .operation = "container inspect", .resource = "db"}; }
};

TEST_P(BrokenAnswerTest, EndsSend) {
  ScriptedServer server({script()});
  HttplibExchange exchange(server.endpoint());
  expect_error(outcome_of([&] { return exchange.send(request(), far_deadline()); }));
}

TEST_P(BrokenAnswerTest, EndsStreamOverTcp) {
  ScriptedServer server({script()}, Socket::Tcp);
  HttplibExchange exchange(server.endpoint());
  expect_error(outcome_of([&] {
    return exchange.stream(
        request(), [](std::string_view) { return true; }, far_deadline());
  }));
}

TEST_P(BrokenAnswerTest, LeavesTheExchangeUsable) {
  ScriptedServer server({script(), {ServerStep::expect_request(), ServerStep::send(http_answer(200, "OK"))}});
  HttplibExchange exchange(server.endpoint());
  Request first = request();
  first.method = Method::Post;
  outcome_of([&] { return exchange.send(first, far_deadline()); });
  EXPECT_EQ(exchange.send(request(), far_deadline()).body, "OK");
  EXPECT_EQ(server.connections(), 2U);
}

INSTANTIATE_TEST_SUITE_P(All, BrokenAnswerTest, testing::ValuesIn(kBrokenAnswers),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(BrokenConnectionTest, ResetInTheBodyIsAConnectionError) {
  ScriptedServer server({{ServerStep::expect_request(),
                          ServerStep::send(kOk + "Content-Length: 10\r\n\r\nabc"), ServerStep::reset()}},
                        Socket::Tcp);
  HttplibExchange exchange(server.endpoint());
  const Outcome outcome = outcome_of([&] { return exchange.send({.target = "/a"}, far_deadline()); });
  EXPECT_EQ(outcome.error, ErrorCode::Connection);
  EXPECT_TRUE(outcome.request_sent);
}

TEST(BrokenConnectionTest, ResetInABodyWithoutLengthIsNotItsEnd) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::send(kOk + "\r\nabc"), ServerStep::reset()}}, Socket::Tcp);
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(outcome_of([&] { return exchange.send({.target = "/a"}, far_deadline()); }).error,
            ErrorCode::Connection);
}

TEST(BrokenConnectionTest, AnEngineThatIsNotThereWasNotSentAnything) {
  Endpoint gone;
  {
    ScriptedServer server({}, Socket::Tcp);
    gone = server.endpoint();
  }
  for (const Endpoint& endpoint : {gone, Endpoint::parse("unix:///nonexistent/engine.sock")}) {
    HttplibExchange exchange(endpoint);
    const Outcome sent = outcome_of([&] { return exchange.send({.target = "/a"}, far_deadline()); });
    EXPECT_EQ(sent.error, ErrorCode::Connection);
    EXPECT_FALSE(sent.request_sent);
    const Outcome upgraded =
        outcome_of([&] { return exchange.upgrade({.target = "/a"}, far_deadline()).response; });
    EXPECT_EQ(upgraded.error, ErrorCode::Connection);
    EXPECT_FALSE(upgraded.request_sent);
  }
}

}  // namespace
}  // namespace drydock
