#include "transport/socket_duplex.h"

#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

class SocketDuplexTest : public testing::Test {
 protected:
  /// Makes the stream's end of a pair of sockets; the engine's end is engine_.
  SocketDuplex open(std::string received = {}) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    engine_.reset(ends[1]);
    return {UniqueFd(ends[0]), std::move(received)};
  }
  void engine_writes(std::string_view bytes) {
    ASSERT_EQ(::send(engine_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  static std::string read(SocketDuplex& stream, std::size_t size) {
    std::string buffer(size, '\0');
    buffer.resize(stream.read(buffer));
    return buffer;
  }

  UniqueFd engine_{};
  const Deadline now_ = Deadline::in(std::chrono::seconds(0));
};

TEST_F(SocketDuplexTest, ReadsWhatWasReceivedFirst) {
  SocketDuplex stream = open("abc");
  EXPECT_TRUE(stream.wait(false, Deadline{}).readable);  // no wait for the socket
  engine_writes("def");
  EXPECT_EQ(read(stream, 2), "ab");
  EXPECT_EQ(read(stream, 100), "c");
  EXPECT_EQ(read(stream, 100), "def");
}

TEST_F(SocketDuplexTest, AReadTakesAllThatFitsItsBuffer) {
  SocketDuplex stream = open();
  const std::string large(100'000, 'x');
  engine_writes(large);
  EXPECT_EQ(read(stream, 256 << 10), large);
}

TEST_F(SocketDuplexTest, SaysWhichDirectionIsReady) {
  SocketDuplex stream = open("early");
  EXPECT_TRUE(stream.wait(true, now_).writable);
  EXPECT_FALSE(stream.wait(false, now_).writable);
  read(stream, 5);
  EXPECT_FALSE(stream.wait(true, now_).readable);
  engine_writes("x");
  EXPECT_TRUE(stream.wait(true, now_).readable);
}

TEST_F(SocketDuplexTest, AWriteThatWouldBlockTakesNothing) {
  SocketDuplex stream = open();
  const std::string large(1 << 20, 'x');
  std::size_t written = 0;
  for (std::size_t size = 1; size > 0; written += size) {
    size = stream.write(large);
  }
  EXPECT_GT(written, 0U);
  EXPECT_FALSE(stream.wait(true, now_).writable);
  std::string drained(written, '\0');
  EXPECT_EQ(::recv(engine_.get(), drained.data(), drained.size(), MSG_WAITALL),
            static_cast<ssize_t>(written));
  EXPECT_TRUE(stream.wait(true, now_).writable);
}

TEST_F(SocketDuplexTest, EndsOfBothDirectionsAreApart) {
  SocketDuplex stream = open();
  stream.close_write();
  char byte = 0;
  EXPECT_EQ(::recv(engine_.get(), &byte, 1, 0), 0);
  engine_writes("still here");
  EXPECT_EQ(read(stream, 100), "still here");
  engine_.reset();
  EXPECT_TRUE(stream.wait(false, now_).readable);
  EXPECT_EQ(read(stream, 100), "");
  EXPECT_NO_THROW(stream.close_write());
}

TEST_F(SocketDuplexTest, ABrokenStreamThrowsOnUse) {
  SocketDuplex stream = open();
  stream.write("unread by the engine");
  engine_.reset();
  EXPECT_TRUE(stream.wait(true, now_).writable);
  EXPECT_THROW(stream.write("x"), ConnectionError);
  EXPECT_THROW(read(stream, 100), ConnectionError);
}

TEST_F(SocketDuplexTest, AReadWithoutAWaitBlocksRatherThanSayTheEnd) {
  SocketDuplex stream = open();
  std::string got;
  std::thread reader([&] { got = read(stream, 100); });
  engine_writes("x");
  reader.join();
  EXPECT_EQ(got, "x");
}

}  // namespace
}  // namespace drydock
