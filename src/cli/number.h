// Whole numbers in arguments. Pure.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace drydock::cli {

/// Returns the number that `text` is, all of it, by `base`; empty when it is none, or out of bounds.
[[nodiscard]] inline std::optional<long long> parse_number(std::string_view text, long long least,
                                                           long long most, int base = 10) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number && value >= least && value <= most ? std::optional{value} : std::nullopt;
}

}  // namespace drydock::cli
