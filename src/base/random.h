// Random names that two processes cannot share, and random shares of a delay. Fork-safe: from the kernel.
#pragma once

#include <cstddef>
#include <string>

namespace drydock {

/// Returns `bytes` bytes of the kernel's randomness (getrandom(2)) as lower-case hexadecimal digits.
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// Returns a number that is uniform in [0, 1).
[[nodiscard]] double random_share();

}  // namespace drydock
