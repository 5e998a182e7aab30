// JSON strings: any bytes are written as a document that the parser takes.
#include <cstdint>
#include <string>

#include "docker/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drydock;
  Json json;
  json.set(std::string{reinterpret_cast<const char*>(data), size}) =
      std::string{reinterpret_cast<const char*>(data), size};
  static_cast<void>(parse_json(json.dump(), "dump"));  // throws when it is not JSON
  return 0;
}
