// A pull's progress stream: the same bytes give the same lines, error and refusal however they are split. The
// first byte says where.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "drydock/base/error.h"

#include "docker/pull_stream.h"

namespace {

/// Returns what came of the stream, as text.
std::string read(std::string_view bytes, std::size_t piece_size) {
  using namespace drydock;
  std::string seen;
  PullStream stream{[&seen](const PullProgress& line) {
    seen += line.layer + '\0' + line.status + '\0' + std::to_string(line.current) + '\0';
  }};
  try {
    while (!bytes.empty() && stream.feed(bytes.substr(0, piece_size))) {
      bytes.remove_prefix(std::min(piece_size, bytes.size()));
    }
    stream.finish();
  } catch (const ProtocolError&) {
    seen += "refused";
  }
  return seen + stream.error();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
  const std::size_t piece_size = std::size_t{data[0]} + 1;
  if (read(bytes, piece_size) != read(bytes, bytes.size() + 1)) {
    std::abort();
  }
  return 0;
}
