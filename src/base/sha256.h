// SHA-256 (FIPS 180-4), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

/// Returns the digest as 64 lower-case hexadecimal digits. Throws std::runtime_error when OpenSSL refuses, as
/// it does when it has no providers.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace drydock
