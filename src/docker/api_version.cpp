#include "docker/api_version.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {

std::optional<int> parse_minor_version(std::string_view text) {
  constexpr std::string_view kMajor = "1.";
  if (!text.starts_with(kMajor)) {
    return std::nullopt;
  }
  const char* const end = text.data() + text.size();
  int minor = 0;
  const auto [stop, error] = std::from_chars(text.data() + kMajor.size(), end, minor);
  if (error != std::errc{} || stop != end || minor < 0) {
    return std::nullopt;
  }
  return minor;
}

int negotiate_minor_version(std::string_view engine_version) {
  const std::optional<int> newest = parse_minor_version(engine_version);
  if (!newest) {
    throw ProtocolError(
        fmt::format("ping was answered without an API version (Api-Version is '{}'): check that the endpoint "
                    "is a Docker Engine's",
                    text::printable(engine_version)),
        {.operation = "ping"});
  }
  if (*newest < kOldestMinorVersion) {
    throw EngineError(ErrorCode::Unsupported,
                      fmt::format("the engine speaks API versions up to {}, Drydock speaks 1.{} to 1.{}: use "
                                  "Docker 20.10 or newer",
                                  engine_version, kOldestMinorVersion, kNewestMinorVersion),
                      {.operation = "ping"});
  }
  return std::min(*newest, kNewestMinorVersion);
}

}  // namespace drydock
