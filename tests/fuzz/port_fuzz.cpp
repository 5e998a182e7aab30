// Port::parse: takes any text, and what it takes survives a round trip.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "drydock/base/error.h"
#include "drydock/container/spec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  try {
    const drydock::Port port = drydock::Port::parse(text);
    if (port.container == 0 || drydock::Port::parse(port.to_string()) != port) {
      std::abort();
    }
  } catch (const drydock::InvalidArgumentError&) {
    return 0;
  }
  return 0;
}
