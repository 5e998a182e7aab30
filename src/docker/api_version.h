// The negotiation of the Engine API's version. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

/// The versions that this client speaks: 1.41 is Docker 20.10 and Podman 4, 1.51 is Docker 28.3.
inline constexpr int kOldestMinorVersion = 41;
inline constexpr int kNewestMinorVersion = 51;

/// Returns the x of "1.x", or nothing when the text is not of that form.
[[nodiscard]] std::optional<int> parse_minor_version(std::string_view text);

/// Returns the minor version to speak with an engine whose newest is `engine_version`. Throws ProtocolError
/// when that is no version, EngineError Unsupported when the engine is too old. An engine that is too new
/// shows that only when it refuses a call; see classify_refusal().
[[nodiscard]] int negotiate_minor_version(std::string_view engine_version);

}  // namespace drydock
