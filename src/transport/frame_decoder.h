// Splits the engine's multiplexed stream (exec, attach, logs without a tty) into its frames: an 8-byte header
// (stream 0 to 3, three zero bytes, big-endian length), then the payload. Engine API: "Stream format" of
// ContainerAttach. Pure: no I/O. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace drydock {

enum class FrameStream : std::uint8_t { Stdin = 0, Stdout = 1, Stderr = 2, SystemError = 3 };

class FrameDecoder {
 public:
  /// Receives payload as it comes, uncopied: a frame may come in several pieces. Returning false stops
  /// feed().
  using Sink = std::function<bool(FrameStream stream, std::string_view piece)>;

  /// Takes the next bytes of the stream, in pieces of any size. Returns false when the sink stopped it.
  /// Throws ProtocolError for a stream byte over 3 or non-zero padding.
  bool feed(std::string_view bytes, const Sink& sink);

  /// Returns whether the stream may end here: not inside a header or a payload.
  [[nodiscard]] bool at_boundary() const noexcept { return header_size_ == 0 && payload_left_ == 0; }

 private:
  std::array<char, 8> header_{};
  std::size_t header_size_{0};
  std::uint32_t payload_left_{0};
  FrameStream stream_{FrameStream::Stdin};
};

}  // namespace drydock
