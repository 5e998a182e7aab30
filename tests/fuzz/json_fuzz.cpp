// JSON: any bytes are parsed or refused with a ProtocolError; what was parsed is written as text that is
// parsed to the same value.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "drydock/base/error.h"

#include "docker/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drydock;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Json json;
  try {
    json = parse_json(text, "input");
  } catch (const ProtocolError&) {
    return 0;
  }
  if (parse_json(json.dump(), "dump") != json) {
    std::abort();
  }
  Json merged;
  merged.merge_patch(json);
  static_cast<void>(merged.dump());
  return 0;
}
