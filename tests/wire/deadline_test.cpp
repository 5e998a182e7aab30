// Each call ends at its deadline, whatever the engine does: stalls, trickles, does not read, does not accept.
#include <sys/socket.h>
#include <sys/un.h>

#include "wire/wire_support.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLimit = 120ms;
// Scheduling on a loaded machine is slow; a trickle that stretched the deadline would take 10 s and more.
constexpr auto kSlack = 2s;
const std::string kTenSecondsOfBytes(1000, 'x');

struct SlowAnswer {
  const char* name;
  ServerScript script;
};

void PrintTo(const SlowAnswer& answer, std::ostream* out) {
  *out << answer.name;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

const std::vector<SlowAnswer> kSlowAnswers{
    {"NoAnswer", {ServerStep::expect_request(), ServerStep::stall()}},
    {"StallInTheStatusLine",
     {ServerStep::expect_request(), ServerStep::send("HTTP/1.1 2"), ServerStep::stall()}},
    {"StallInTheHeaders",
     {ServerStep::expect_request(), ServerStep::send(kOk + "X-A: b\r\n"), ServerStep::stall()}},
    {"StallInTheBody",
     {ServerStep::expect_request(), ServerStep::send(kOk + "Content-Length: 9\r\n\r\nabc"),
      ServerStep::stall()}},
    {"StallInAChunk",
     {ServerStep::expect_request(), ServerStep::send(kOk + "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"),
      ServerStep::stall()}},
    {"StallBeforeTheLastChunk",
     {ServerStep::expect_request(), ServerStep::send(kOk + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
      ServerStep::stall()}},
    {"StallInABodyWithoutLength",
     {ServerStep::expect_request(), ServerStep::send(kOk + "\r\nabc"), ServerStep::stall()}},
    {"TrickledStatusLine",
     {ServerStep::expect_request(), ServerStep::trickle("HTTP/1.1 200 " + kTenSecondsOfBytes, 10ms)}},
    {"TrickledHeaders",
     {ServerStep::expect_request(), ServerStep::trickle(kOk + "X-A: " + kTenSecondsOfBytes, 10ms)}},
    {"TrickledBody",
     {ServerStep::expect_request(), ServerStep::send(kOk + "Content-Length: 1000\r\n\r\n"),
      ServerStep::trickle(kTenSecondsOfBytes, 10ms)}},
    {"TrickledChunks",
     {ServerStep::expect_request(), ServerStep::send(kOk + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"),
      ServerStep::trickle(kTenSecondsOfBytes, 10ms)}},
    {"EndlessContinues",
     {ServerStep::expect_request(),
      ServerStep::repeat({ServerStep::trickle("HTTP/1.1 100 Continue\r\n\r\n", 10ms)})}},
};

/// Makes the call and checks that it ended by its deadline.
void expect_timeout(const std::function<Response()>& call) {
  const Clock::time_point begin = Clock::now();
  EXPECT_EQ(outcome_of(call).error, ErrorCode::Timeout);
  const auto took = Clock::now() - begin;
  EXPECT_GE(took, kLimit);
  EXPECT_LT(took, kLimit + kSlack);
}

class DeadlineTest : public testing::TestWithParam<SlowAnswer> {};

TEST_P(DeadlineTest, EndsSend) {
  ScriptedServer server({GetParam().script});
  HttplibExchange exchange(server.endpoint());
  expect_timeout([&] { return exchange.send({.target = "/a"}, Deadline::in(kLimit)); });
  EXPECT_TRUE(server.wait_closed(0));  // a connection in mid-answer is not kept
}

TEST_P(DeadlineTest, EndsStreamOverTcp) {
  ScriptedServer server({GetParam().script}, ScriptedServer::Socket::Tcp);
  HttplibExchange exchange(server.endpoint());
  expect_timeout([&] {
    return exchange.stream(
        {.target = "/a"}, [](std::string_view) { return true; }, Deadline::in(kLimit));
  });
}

INSTANTIATE_TEST_SUITE_P(All, DeadlineTest, testing::ValuesIn(kSlowAnswers),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CallDeadlineTest, ABodyThatNeverEndsIsBoundedThoughBytesAlwaysWait) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::send(kOk + "\r\n"),
                          ServerStep::repeat({ServerStep::send(std::string(65536, 'x'))})}});
  HttplibExchange exchange(server.endpoint());
  expect_timeout([&] {
    return exchange.stream(
        {.target = "/a"}, [](std::string_view) { return true; }, Deadline::in(kLimit));
  });
}

TEST(CallDeadlineTest, AnEngineThatDoesNotReadIsBounded) {
  ScriptedServer server({{ServerStep::stall()}});
  HttplibExchange exchange(server.endpoint());
  const Request request{.method = Method::Put, .target = "/a", .body = std::string(16 << 20, 'x')};
  expect_timeout([&] { return exchange.send(request, Deadline::in(kLimit)); });
}

TEST(CallDeadlineTest, UpgradeIsBounded) {
  ScriptedServer server(
      {{ServerStep::expect_request(), ServerStep::trickle(kOk + kTenSecondsOfBytes, 10ms)}});
  HttplibExchange exchange(server.endpoint());
  expect_timeout([&] { return exchange.upgrade({.target = "/a"}, Deadline::in(kLimit)).response; });
}

TEST(CallDeadlineTest, APassedDeadlineSendsNothing) {
  ScriptedServer server({{ServerStep::receive_rest()}});
  HttplibExchange exchange(server.endpoint());
  EXPECT_EQ(outcome_of([&] { return exchange.send({.target = "/a"}, Deadline::in(-1s)); }).error,
            ErrorCode::Timeout);
  EXPECT_EQ(server.connections(), 0U);
}

// A Unix socket whose queue of connections is full blocks connect() itself.
TEST(CallDeadlineTest, AnEngineThatDoesNotAcceptIsBounded) {
  ScriptedServer paths({});  // for its directory
  const Endpoint endpoint = {.path = paths.endpoint().path + "2"};
  const UniqueFd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  endpoint.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  const UniqueFd first{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ASSERT_EQ(::connect(first.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);

  HttplibExchange exchange(endpoint);
  expect_timeout([&] { return exchange.send({.target = "/a"}, Deadline::in(kLimit)); });
}

TEST(CallDeadlineTest, AnUnsetDeadlineDoesNotBound) {
  ScriptedServer server({{ServerStep::expect_request(), ServerStep::trickle(http_answer(200, "OK"), 1ms)}});
  EXPECT_EQ(HttplibExchange(server.endpoint()).send({.target = "/a"}, Deadline{}).body, "OK");
}

}  // namespace
}  // namespace drydock
