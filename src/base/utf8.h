// Whether bytes are UTF-8 text. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace drydock::text {

/// Returns the length of the well-formed UTF-8 sequence that `bytes` begins with, 0 when there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view bytes) noexcept;

/// Returns whether `bytes` is well-formed UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing over
/// U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace drydock::text
