#include "transport/body_decoder.h"

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

using Kind = BodyFraming::Kind;
using State = BodyDecoder::State;

BodyFraming framing(int status, std::vector<Header> headers, Method method = Method::Get) {
  return body_framing(method, {.status = status, .headers = std::move(headers)});
}

TEST(BodyFramingTest, FollowsRfc9112) {
  EXPECT_EQ(framing(200, {{"content-length", " 12 "}}), (BodyFraming{Kind::Length, 12}));
  EXPECT_EQ(framing(200, {{"Content-Length", "0"}}), (BodyFraming{Kind::None, 0}));
  EXPECT_EQ(framing(200, {{"Transfer-Encoding", "Chunked"}}), (BodyFraming{Kind::Chunked, 0}));
  EXPECT_EQ(framing(200, {{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}}).kind, Kind::Chunked);
  EXPECT_EQ(framing(500, {}), (BodyFraming{Kind::UntilClose, 0}));
  EXPECT_EQ(framing(200, {{"Content-Length", "3"}, {"Content-Length", "3"}}), (BodyFraming{Kind::Length, 3}));
}

TEST(BodyFramingTest, SomeAnswersHaveNoBodyWhateverTheirHeadersSay) {
  const std::vector<Header> length{{"Content-Length", "3"}};
  EXPECT_EQ(framing(204, length).kind, Kind::None);
  EXPECT_EQ(framing(304, length).kind, Kind::None);
  EXPECT_EQ(framing(101, {}).kind, Kind::None);
  EXPECT_EQ(framing(200, length, Method::Head).kind, Kind::None);
}

TEST(BodyFramingTest, RefusesWhatIsNotOneNumber) {
  for (const char* length : {"", "x", "-1", "+1", "1,1", "0x1", "18446744073709551616"}) {
    EXPECT_THROW(framing(200, {{"Content-Length", length}}), ProtocolError) << length;
  }
  EXPECT_THROW(framing(200, {{"Content-Length", "1"}, {"Content-Length", "2"}}), ProtocolError);
  EXPECT_THROW(framing(200, {{"Transfer-Encoding", "gzip, chunked"}}), ProtocolError);
}

/// What a decoder made of some bytes, fed in pieces of a given size.
struct Decoded {
  State state{State::More};
  std::string body{};
  std::string left{};
  bool may_end{false};
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

void PrintTo(const Decoded& decoded, std::ostream* out) {
  *out << "state " << static_cast<int>(decoded.state) << ", body '" << decoded.body << "', left '"
       << decoded.left << "', may end " << decoded.may_end;
}

Decoded decode(BodyFraming how, std::string_view bytes, std::size_t step) {
  BodyDecoder decoder(how);
  Decoded decoded;
  const BodySink sink = [&](std::string_view piece) {
    EXPECT_FALSE(piece.empty());
    decoded.body.append(piece);
    return true;
  };
  while (!bytes.empty() && decoder.state() == State::More) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    decoder.feed(piece, sink);
    decoded.left = piece;
  }
  decoded.left.append(bytes);
  decoded.state = decoder.state();
  decoded.may_end = decoder.may_end_here();
  EXPECT_EQ(decoder.fault().empty(), decoder.state() != State::Malformed);
  return decoded;
}

void expect_decoded(BodyFraming how, std::string_view bytes, const Decoded& expected) {
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    EXPECT_EQ(decode(how, bytes, step), expected) << "in pieces of " << step;
  }
}

TEST(BodyDecoderTest, TakesALengthAndNoMore) {
  expect_decoded({Kind::Length, 5}, "hello, world", {State::Done, "hello", ", world", true});
  expect_decoded({Kind::Length, 5}, "hell", {State::More, "hell", "", false});
}

TEST(BodyDecoderTest, ABodyWithoutLengthMayEndAnywhere) {
  expect_decoded({Kind::UntilClose}, "hello", {State::More, "hello", "", true});
}

TEST(BodyDecoderTest, NoBodyTakesNothing) {
  expect_decoded({Kind::None}, "HTTP/1.1", {State::Done, "", "HTTP/1.1", true});
}

TEST(BodyDecoderTest, JoinsChunks) {
  expect_decoded({Kind::Chunked}, "5\r\nhello\r\nA;ext=\"1\"\r\n0123456789\r\n0\r\n\r\nnext",
                 {State::Done, "hello0123456789", "next", true});
  expect_decoded({Kind::Chunked}, "0000\r\nA: b\r\nC: d\r\n\r\n", {State::Done, "", "", true});
}

TEST(BodyDecoderTest, ChunksDoNotEndBeforeTheirEnd) {
  const std::string_view whole = "5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded decoded = decode({Kind::Chunked}, whole.substr(0, size), 100);
    EXPECT_EQ(decoded.state, State::More) << size;
    EXPECT_FALSE(decoded.may_end) << size;
  }
}

TEST(BodyDecoderTest, RefusesMalformedChunks) {
  for (const char* bytes : {"\r\n", "x\r\n", "-1\r\n", "0x1\r\n", "1 2\r\n", "5\nhello", "5\r\nhelloX\r\n",
                            "5\r\nhello\n0\r\n", "10000000000000000\r\n", ";a\r\n", "0\r\na\n"}) {
    EXPECT_EQ(decode({Kind::Chunked}, bytes, 100).state, State::Malformed) << bytes;
    EXPECT_EQ(decode({Kind::Chunked}, bytes, 1).state, State::Malformed) << bytes;
  }
}

TEST(BodyDecoderTest, LinesBetweenChunksAreBounded) {
  EXPECT_EQ(decode({Kind::Chunked}, "1;" + std::string(5000, 'x'), 7).state, State::Malformed);
  EXPECT_EQ(decode({Kind::Chunked}, "0\r\n" + std::string(5000, 'x'), 7).state, State::Malformed);
}

TEST(BodyDecoderTest, StopsWithItsSink) {
  BodyDecoder decoder({Kind::Length, 5});
  std::string_view bytes = "hello";
  EXPECT_EQ(decoder.feed(bytes, [](std::string_view) { return false; }), State::Stopped);
  EXPECT_FALSE(decoder.may_end_here());
}

}  // namespace
}  // namespace drydock
