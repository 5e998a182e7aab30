// What is left at the engine for a look: by the spec's wish, or by the environment's. Functions are pure but
// keep_policy(), which reads the environment.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "drydock/docker/types.h"

namespace drydock {

enum class KeepPolicy {
  Never,
  OnFailure,  ///< containers that a failed test used
  Always,
};

/// Reads DRYDOCK_KEEP: "never" (or unset, or empty), "failure" or "always". Throws InvalidArgumentError for
/// anything else.
[[nodiscard]] KeepPolicy keep_policy();

/// Returns whether the label drydock.keep, or a name by kept_name(), says that it is kept.
[[nodiscard]] bool is_kept(const Labels& labels, std::string_view name);

/// Returns the name that a container gets when it is kept after its start: labels cannot be changed then.
/// It holds the time, "drydock-kept-SECONDS-NONCE".
[[nodiscard]] std::string kept_name(std::chrono::system_clock::time_point when, std::string_view nonce);

/// Returns the seconds since the epoch that a name by kept_name() holds; empty for another name.
[[nodiscard]] std::optional<long long> kept_since(std::string_view name);

/// Returns what a person needs to look at a kept container and to remove it, one line each; its anchor, where
/// there is one, goes with it.
[[nodiscard]] std::string kept_notice(std::string_view name, std::string_view image, bool is_running,
                                      std::string_view anchor = {});

}  // namespace drydock
