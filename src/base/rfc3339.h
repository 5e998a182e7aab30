// The engine's times as text: RFC 3339 with up to nine digits of a second.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace drydock {

/// Returns the time since the epoch that begins `text`, such as "2024-02-29T12:00:00.000000001Z" or with
/// "+01:00" at its end; what follows it is not looked at. Empty when it is no time.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_rfc3339(std::string_view text);

}  // namespace drydock
