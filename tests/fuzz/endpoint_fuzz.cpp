// What parses as an endpoint is written as text that parses to the same.
#include <cstdint>
#include <cstdlib>

#include "drydock/base/error.h"
#include "drydock/transport/endpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using drydock::Endpoint;
  try {
    const Endpoint endpoint = Endpoint::parse({reinterpret_cast<const char*>(data), size});
    if (endpoint.path.size() > 107 || Endpoint::parse(endpoint.to_string()) != endpoint) {
      std::abort();
    }
  } catch (const drydock::InvalidArgumentError&) {
    return 0;
  }
  return 0;
}
