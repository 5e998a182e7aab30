// Small text helpers that several layers share. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::text {

/// Percent-encodes all but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view raw);

/// Returns whether there is a byte under 0x20, or 0x7f: what must never reach a request line or a header.
[[nodiscard]] bool has_control(std::string_view text) noexcept;

/// Compares ASCII letters without regard to case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Makes text fit for a message: control characters become \xNN, and more than `limit` bytes are cut with
/// "...". Secrets are masked.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);

/// Returns the last `lines` lines of `text`.
[[nodiscard]] std::string_view last_lines(std::string_view text, std::size_t lines) noexcept;

/// Quotes a word for a POSIX shell, only where it needs it.
[[nodiscard]] std::string shell_quote(std::string_view word);
[[nodiscard]] std::string shell_join(const std::vector<std::string>& argv);

}  // namespace drydock::text
