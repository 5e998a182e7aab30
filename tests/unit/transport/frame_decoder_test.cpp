#include "transport/frame_decoder.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

using Piece = std::pair<FrameStream, std::string>;
using testing::ElementsAre;

std::string frame(int stream, const std::string& payload) {
  std::string bytes{static_cast<char>(stream), 0, 0, 0};
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes.push_back(static_cast<char>(payload.size() >> shift));
  }
  return bytes + payload;
}

class FrameDecoderTest : public testing::Test {
 protected:
  /// Feeds bytes and joins the pieces of one stream that follow each other.
  bool feed(std::string_view bytes) {
    return decoder_.feed(bytes, [this](FrameStream stream, std::string_view piece) {
      if (pieces_.empty() || pieces_.back().first != stream) {
        pieces_.emplace_back(stream, "");
      }
      pieces_.back().second.append(piece);
      return true;
    });
  }

  FrameDecoder decoder_{};
  std::vector<Piece> pieces_{};
};

TEST_F(FrameDecoderTest, TellsStreamsApart) {
  EXPECT_TRUE(feed(frame(1, "out") + frame(2, "err") + frame(3, "oops") + frame(0, "in")));
  EXPECT_THAT(pieces_, ElementsAre(Piece(FrameStream::Stdout, "out"), Piece(FrameStream::Stderr, "err"),
                                   Piece(FrameStream::SystemError, "oops"), Piece(FrameStream::Stdin, "in")));
  EXPECT_TRUE(decoder_.at_boundary());
}

TEST_F(FrameDecoderTest, ReadsTheSameWhereverTheBytesAreCut) {
  const std::string bytes =
      frame(1, "one") + frame(2, "") + frame(2, std::string("a\0b", 3)) + frame(1, "two");
  const auto expected =
      ElementsAre(Piece(FrameStream::Stdout, "one"), Piece(FrameStream::Stderr, {"a\0b", 3}),
                  Piece(FrameStream::Stdout, "two"));
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    decoder_ = {};
    pieces_.clear();
    feed(std::string_view(bytes).substr(0, cut));
    feed(std::string_view(bytes).substr(cut));
    EXPECT_THAT(pieces_, expected) << "cut at " << cut;
  }
  decoder_ = {};
  pieces_.clear();
  for (const char byte : bytes) {
    feed({&byte, 1});
  }
  EXPECT_THAT(pieces_, expected);
}

TEST_F(FrameDecoderTest, HandsAPayloadOnBeforeItIsWhole) {
  feed(frame(1, "hello").substr(0, 10));
  EXPECT_THAT(pieces_, ElementsAre(Piece(FrameStream::Stdout, "he")));
  EXPECT_FALSE(decoder_.at_boundary());
}

TEST_F(FrameDecoderTest, DoesNotCopyAPayload) {
  const std::string bytes = frame(1, "hello");
  decoder_.feed(bytes, [&](FrameStream, std::string_view piece) {
    EXPECT_EQ(piece.data(), bytes.data() + 8);
    return true;
  });
}

TEST_F(FrameDecoderTest, ReadsLengthsOfFourBytes) {
  feed(std::string("\x01\0\0\0\x80\x01\x02\x03", 8));
  EXPECT_FALSE(decoder_.at_boundary());
  const std::string megabyte(1 << 20, 'x');
  std::size_t left = 0x80010203;
  while (left > 0) {
    const std::size_t size = std::min(left, megabyte.size());
    decoder_.feed(std::string_view(megabyte).substr(0, size),
                  [](FrameStream, std::string_view) { return true; });
    left -= size;
    ASSERT_EQ(decoder_.at_boundary(), left == 0);
  }
}

TEST_F(FrameDecoderTest, IsNotAtABoundaryInsideAHeader) {
  feed(std::string("\x01\0\0", 3));
  EXPECT_FALSE(decoder_.at_boundary());
}

TEST_F(FrameDecoderTest, StopsWhenTheSinkSaysSo) {
  int calls = 0;
  EXPECT_FALSE(decoder_.feed(frame(1, "a") + frame(1, "b"), [&](FrameStream, std::string_view) {
    ++calls;
    return false;
  }));
  EXPECT_EQ(calls, 1);
}

TEST_F(FrameDecoderTest, RefusesWhatIsNotAFrame) {
  EXPECT_THROW(feed(frame(4, "x")), ProtocolError);
  decoder_ = {};
  EXPECT_THROW(feed("plain text of a tty"), ProtocolError);
  for (std::size_t padding = 1; padding <= 3; ++padding) {
    decoder_ = {};
    std::string bytes = frame(1, "x");
    bytes[padding] = 1;
    EXPECT_THROW(feed(bytes), ProtocolError);
  }
}

}  // namespace
}  // namespace drydock
