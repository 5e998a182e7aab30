#include "container/port_forwarder.h"

#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "support/local_service.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Returns bytes that do not repeat within a buffer's length, so that a piece in the wrong place is seen.
std::string pattern(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

// Sends everything while the answer is read, then ends its half.
std::string exchange(std::uint16_t port, const std::string& data) {
  const UniqueFd socket = connect_here(port);
  auto sender = std::async(std::launch::async, [&] {
    const bool sent = send_all(socket.get(), data);
    ::shutdown(socket.get(), SHUT_WR);
    return sent;
  });
  std::string answer;
  EXPECT_TRUE(read_to_end(socket.get(), answer));
  EXPECT_TRUE(sender.get());
  return answer;
}

ForwarderOptions to(std::uint16_t port) {
  return {.target = resolve_tcp("127.0.0.1", port).at(0), .target_name = "127.0.0.1:" + std::to_string(port)};
}

// Returns a port on which nobody listens.
std::uint16_t dead_port() {
  const LocalService gone{"127.0.0.1", LocalService::echo};
  return gone.port();
}

TEST(PortForwarderTest, RelaysBothWays) {
  const LocalService service{"127.0.0.1", LocalService::echo};
  const PortForwarder forwarder{to(service.port())};
  EXPECT_NE(forwarder.port(), service.port());
  EXPECT_EQ(exchange(forwarder.port(), "hello"), "hello");
}

TEST(PortForwarderTest, RelaysLargeTransfersOfSeveralConnectionsAtOnce) {
  const LocalService service{"127.0.0.1", LocalService::echo};
  const PortForwarder forwarder{to(service.port())};
  std::vector<std::future<bool>> same;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    same.push_back(std::async(std::launch::async, [&forwarder, seed] {
      const std::string data = pattern(std::size_t{8} << 20, seed);
      return exchange(forwarder.port(), data) == data;
    }));
  }
  for (std::future<bool>& each : same) {
    EXPECT_TRUE(each.get());
  }
}

TEST(PortForwarderTest, AHalfCloseReachesTheServiceAndLeavesTheWayBackOpen) {
  // Answers only when the request has ended.
  const LocalService service{"127.0.0.1", [](int socket) {
                               std::string request;
                               read_to_end(socket, request);
                               send_all(socket, "got " + std::to_string(request.size()));
                             }};
  const PortForwarder forwarder{to(service.port())};
  EXPECT_EQ(exchange(forwarder.port(), std::string(100000, 'x')), "got 100000");
}

TEST(PortForwarderTest, AServiceThatEndsItsHalfStillReads) {
  std::promise<std::string> received;
  const LocalService service{"127.0.0.1", [&received](int socket) {
                               send_all(socket, "bye");
                               ::shutdown(socket, SHUT_WR);
                               std::string rest;
                               read_to_end(socket, rest);
                               received.set_value(rest);
                             }};
  const PortForwarder forwarder{to(service.port())};
  const UniqueFd socket = connect_here(forwarder.port());
  std::string answer;
  EXPECT_TRUE(read_to_end(socket.get(), answer));
  EXPECT_EQ(answer, "bye");
  EXPECT_TRUE(send_all(socket.get(), "still here"));
  ::shutdown(socket.get(), SHUT_WR);
  EXPECT_EQ(received.get_future().get(), "still here");
}

TEST(PortForwarderTest, AResetIsPassedOnAndNotMadeACleanEnd) {
  const LocalService service{"127.0.0.1", [](int socket) {
                               send_all(socket, "half of the ans");
                               reset_connection(socket);
                             }};
  const PortForwarder forwarder{to(service.port())};
  const UniqueFd socket = connect_here(forwarder.port());
  std::string answer;
  EXPECT_FALSE(read_to_end(socket.get(), answer));
}

TEST(PortForwarderTest, ASlowReaderHoldsTheSenderBackAndLosesNothing) {
  const std::string data = pattern(std::size_t{64} << 20, 7);
  std::atomic<bool> all_taken{false};
  const LocalService service{"127.0.0.1", [&](int socket) { all_taken = send_all(socket, data); }};
  const PortForwarder forwarder{to(service.port())};
  const UniqueFd socket = connect_here(forwarder.port());
  char first = 0;
  ASSERT_EQ(::recv(socket.get(), &first, 1, 0), 1);
  EXPECT_FALSE(all_taken) << "64 MiB are held somewhere";
  std::string rest;
  EXPECT_TRUE(read_to_end(socket.get(), rest));
  EXPECT_TRUE(first + rest == data);
}

// Sends a byte and waits for it to come back.
bool round_trip(const UniqueFd& socket) {
  char byte = 0;
  return send_all(socket.get(), "x") && ::recv(socket.get(), &byte, 1, 0) == 1;
}

TEST(PortForwarderTest, AConnectionBeyondTheBoundWaitsUntilOneHasEnded) {
  std::atomic<int> served{0};
  const LocalService service{"127.0.0.1", [&served](int socket) {
                               ++served;
                               LocalService::echo(socket);
                             }};
  ForwarderOptions options = to(service.port());
  options.max_connections = 2;
  const PortForwarder forwarder{std::move(options)};
  std::optional<UniqueFd> first = connect_here(forwarder.port());
  const UniqueFd second = connect_here(forwarder.port());
  ASSERT_TRUE(round_trip(*first));
  ASSERT_TRUE(round_trip(second));
  const UniqueFd third = connect_here(forwarder.port());
  for (int i = 0; i < 200; ++i) {  // in each of which the forwarder could have taken it
    ASSERT_TRUE(round_trip(second));
  }
  EXPECT_EQ(served, 2);
  first.reset();
  EXPECT_TRUE(round_trip(third));
  EXPECT_EQ(served, 3);
}

TEST(PortForwarderTest, ResetsWhoComesWhileTheServiceIsAwayAndSaysSoOnce) {
  std::vector<std::string> reports;
  log::set_sink([&reports](log::Level, std::string_view line) { reports.emplace_back(line); });
  const std::uint16_t port = dead_port();
  {
    const PortForwarder forwarder{to(port)};
    for (int i = 0; i < 3; ++i) {
      const UniqueFd socket = connect_here(forwarder.port());
      std::string answer;
      EXPECT_FALSE(read_to_end(socket.get(), answer));
    }
  }
  log::set_sink(nullptr);
  EXPECT_THAT(reports, ::testing::ElementsAre(
                           AllOf(HasSubstr("127.0.0.1:" + std::to_string(port)), HasSubstr("refused"))));
}

TEST(PortForwarderTest, ItsEndResetsWhatIsOpenAndFreesThePort) {
  const LocalService service{"127.0.0.1", LocalService::echo};
  auto forwarder = std::make_unique<PortForwarder>(to(service.port()));
  const std::uint16_t port = forwarder->port();
  const UniqueFd socket = connect_here(port);
  ASSERT_TRUE(send_all(socket.get(), "x"));
  char echoed = 0;
  ASSERT_EQ(::recv(socket.get(), &echoed, 1, 0), 1);
  forwarder.reset();
  std::string rest;
  EXPECT_FALSE(read_to_end(socket.get(), rest));
  EXPECT_FALSE(connect_here(port).valid());
}

TEST(PortForwarderTest, APeerThatIsGoneRaisesNoSignal) {
  // Under the default disposition a SIGPIPE would end this process.
  ASSERT_EQ(::signal(SIGPIPE, SIG_DFL), SIG_DFL);
  const std::string data = pattern(std::size_t{4} << 20, 3);
  const LocalService service{"127.0.0.1", [&data](int socket) { send_all(socket, data); }};
  const PortForwarder forwarder{to(service.port())};
  for (int i = 0; i < 20; ++i) {
    const UniqueFd socket = connect_here(forwarder.port());
    char first = 0;
    ASSERT_EQ(::recv(socket.get(), &first, 1, 0), 1);
  }
  std::string answer;
  EXPECT_TRUE(read_to_end(connect_here(forwarder.port()).get(), answer));
  EXPECT_TRUE(answer == data);
}

TEST(PortForwarderTest, ListensOnItsAddressOnly) {
  const LocalService service{"127.0.0.1", LocalService::echo};
  ForwarderOptions options = to(service.port());
  options.listen = "127.0.0.2";
  const PortForwarder forwarder{std::move(options)};
  EXPECT_FALSE(connect_here(forwarder.port()).valid()) << "127.0.0.1 is open, too";
}

TEST(PortForwarderTest, AnAddressThatIsNotThereYetIsRefusedUnlessItMayCome) {
  ForwarderOptions options = to(1);
  options.listen = "203.0.113.9";
  EXPECT_EQ(code_thrown_by([&options] { const PortForwarder forwarder{options}; }), ErrorCode::Connection);
  options.may_come_later = true;
  const PortForwarder forwarder{options};
  EXPECT_NE(forwarder.port(), 0);
}

TEST(PortForwarderTest, TakesThisMachinesConnectionsWhereOthersAreShutOut) {
  const LocalService service{"127.0.0.1", LocalService::echo};
  ForwarderOptions options = to(service.port());
  options.only_from_here = true;
  const PortForwarder forwarder{std::move(options)};
  EXPECT_EQ(exchange(forwarder.port(), "hello"), "hello");
}

}  // namespace
}  // namespace drydock
