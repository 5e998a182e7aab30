// Base64 (RFC 4648, section 4), with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

[[nodiscard]] std::string base64(std::string_view bytes);

/// Returns the bytes, or nothing for a text that is no base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace drydock
