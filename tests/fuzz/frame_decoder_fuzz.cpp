// The frame decoder reads the same from a stream however it is cut, and never past it.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "drydock/base/error.h"

#include "transport/frame_decoder.h"

namespace {

struct Decoded {
  std::array<std::string, 4> streams{};
  bool refused{false};
  bool at_boundary{false};
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded decode(std::string_view bytes, std::size_t step) {
  Decoded decoded;
  drydock::FrameDecoder decoder;
  try {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, step);
      bytes.remove_prefix(piece.size());
      decoder.feed(piece, [&](drydock::FrameStream stream, std::string_view payload) {
        decoded.streams.at(static_cast<std::size_t>(stream)).append(payload);
        return true;
      });
    }
    decoded.at_boundary = decoder.at_boundary();
  } catch (const drydock::ProtocolError&) {
    decoded.refused = true;
  }
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Decoded whole = decode(bytes, size + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{8}}) {
    if (decode(bytes, step) != whole) {
      std::abort();
    }
  }
  return 0;
}
