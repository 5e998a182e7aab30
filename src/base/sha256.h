// SHA-256 (FIPS 180-4) and its HMAC (RFC 2104), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

/// Returns the digest as 64 lower-case hexadecimal digits. Throws std::runtime_error when OpenSSL refuses, as
/// it does when it has no providers.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Returns the 32 bytes of the HMAC. Throws like sha256_hex().
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace drydock
