// A body is read the same however its bytes are cut. The first byte chooses the framing.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "transport/body_decoder.h"

namespace {

using drydock::BodyDecoder;
using drydock::BodyFraming;

struct Decoded {
  BodyDecoder::State state{};
  std::string body{}, left{};
  bool may_end{false};
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded decode(BodyFraming framing, std::string_view bytes, std::size_t step) {
  BodyDecoder decoder(framing);
  Decoded decoded;
  while (!bytes.empty() && decoder.state() == BodyDecoder::State::More) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    decoder.feed(piece, [&](std::string_view part) {
      decoded.body.append(part);
      return true;
    });
    decoded.left = piece;
  }
  decoded.left.append(bytes);
  decoded.state = decoder.state();
  decoded.may_end = decoder.may_end_here();
  if (decoded.state == BodyDecoder::State::Malformed) {
    decoded.left.clear();  // where a fault is noticed depends on the cut; that it is does not
  }
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  constexpr std::array kKinds{BodyFraming::Kind::Chunked, BodyFraming::Kind::Length,
                              BodyFraming::Kind::UntilClose, BodyFraming::Kind::None};
  const BodyFraming framing{.kind = kKinds[data[0] % 4U], .length = 1U + data[0] / 4U};
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Decoded whole = decode(framing, bytes, size);
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    if (decode(framing, bytes, step) != whole) {
      std::abort();
    }
  }
  return 0;
}
