// Any bytes in any pieces: what the parser of a standing shell's stream takes does not depend on the cuts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "container/marked_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) {
    return 0;
  }
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::size_t step = 1 + data[0] % 7U;
  // A mark that the fuzzer soon finds, and whose parts repeat.
  drydock::MarkedStream whole{"aab"};
  drydock::MarkedStream cut{"aab"};
  const std::string expected{whole.feed(bytes)};
  std::string output;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    output += cut.feed(bytes.substr(at, step));
  }
  if (output != expected || whole.status() != cut.status() || whole.is_done() != cut.is_done()) {
    std::abort();
  }
  return 0;
}
