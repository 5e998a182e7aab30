#include "transport/frame_decoder.h"

#include <algorithm>
#include <string>

#include "drydock/base/error.h"

namespace drydock {
namespace {

constexpr std::size_t kHeaderSize = 8;

unsigned byte_at(const std::array<char, kHeaderSize>& header, std::size_t index) {
  return static_cast<unsigned char>(header[index]);
}

FrameStream stream_of(const std::array<char, kHeaderSize>& header) {
  const unsigned stream = byte_at(header, 0);
  if (stream > 3) {
    throw ProtocolError("a frame of the multiplexed stream names stream " + std::to_string(stream) +
                        "; only 0 to 3 exist (is this the raw stream of a tty?)");
  }
  if (byte_at(header, 1) != 0 || byte_at(header, 2) != 0 || byte_at(header, 3) != 0) {
    throw ProtocolError("a frame header of the multiplexed stream has non-zero padding");
  }
  return static_cast<FrameStream>(stream);
}

std::uint32_t length_of(const std::array<char, kHeaderSize>& header) {
  return byte_at(header, 4) << 24U | byte_at(header, 5) << 16U | byte_at(header, 6) << 8U |
         byte_at(header, 7);
}

}  // namespace

bool FrameDecoder::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const std::string_view piece = bytes.substr(0, payload_left_);
      payload_left_ -= static_cast<std::uint32_t>(piece.size());
      bytes.remove_prefix(piece.size());
      if (!sink(stream_, piece)) {
        return false;
      }
      continue;
    }
    const std::size_t taken = std::min(bytes.size(), kHeaderSize - header_size_);
    std::copy_n(bytes.begin(), taken, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
    header_size_ += taken;
    bytes.remove_prefix(taken);
    if (header_size_ == kHeaderSize) {
      header_size_ = 0;
      stream_ = stream_of(header_);
      payload_left_ = length_of(header_);
    }
  }
  return true;
}

}  // namespace drydock
