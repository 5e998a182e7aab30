// Random names that two processes cannot share.
#pragma once

#include <cstddef>
#include <string>

namespace drydock {

/// Returns `bytes` bytes of the kernel's randomness (getrandom(2)) as lower-case hexadecimal digits.
/// Fork-safe.
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace drydock
