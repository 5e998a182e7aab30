// Image references: any text is taken or refused with InvalidArgumentError; what was taken is written as a
// text that means the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "drydock/base/error.h"
#include "drydock/docker/images.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drydock;
  try {
    const ImageReference reference = ImageReference::parse({reinterpret_cast<const char*>(data), size});
    if (ImageReference::parse(reference.to_string()) != reference || reference.repository.empty()) {
      std::abort();
    }
  } catch (const InvalidArgumentError&) {
    return 0;
  }
  return 0;
}
