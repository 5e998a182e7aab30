// Whether an object at the engine may be removed by somebody who did not make it. Pure.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "drydock/docker/types.h"

#include "container/owner.h"

namespace drydock {

enum class Verdict {
  Foreign,    ///< not Drydock's, or its owner cannot be read: never touched
  Kept,       ///< left for a look, by wish
  Alive,      ///< its owner lives
  Elsewhere,  ///< its owner is on another machine or in another pid namespace, and its time to live is not
              ///< over
  Dead,       ///< its owner lives no more
  Expired,    ///< its owner cannot be seen, and its time to live is over
};

[[nodiscard]] const char* to_string(Verdict verdict) noexcept;  // "foreign", ...

/// Returns whether nobody will come back for it.
[[nodiscard]] constexpr bool is_left_behind(Verdict verdict) noexcept {
  return verdict == Verdict::Dead || verdict == Verdict::Expired;
}

/// Judges by the labels, and by the name, which a container that a failed test left is given. A time to live
/// that cannot be read is not over.
[[nodiscard]] Verdict judge(const Labels& labels, std::string_view name,
                            std::chrono::system_clock::time_point now,
                            const std::function<Liveness(const Owner&)>& look = liveness);

/// The same, as if it had not been kept.
[[nodiscard]] Verdict judge_unkept(const Labels& labels, std::chrono::system_clock::time_point now,
                                   const std::function<Liveness(const Owner&)>& look = liveness);

}  // namespace drydock
