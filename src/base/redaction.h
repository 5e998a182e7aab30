// Takes secrets out of what is said. Everything that Drydock writes for people passes through here: log
// lines, errors' messages, traces, labels of metrics, evidence. Thread-safe and fork-safe: no lock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock {

inline constexpr std::string_view kMask = "***";

/// Masks `value` from now on, in this process and those forked from it. Nothing when it is shorter than four
/// bytes.
void keep_secret(std::string_view value);

/// Returns `text` with every secret masked.
[[nodiscard]] std::string redacted(std::string_view text);
[[nodiscard]] inline std::string redacted(const char* text) {
  return redacted(std::string_view{text});
}
/// Returns the same of each: before words are quoted or cut, which would hide a secret from the search.
[[nodiscard]] std::vector<std::string> redacted(const std::vector<std::string>& words);
/// Returns whether there is a secret in `text`. Costs one load when nothing is secret.
[[nodiscard]] bool holds_secret(std::string_view text) noexcept;

}  // namespace drydock
