// How often, and how long apart, something that failed is tried again. A value; see retry.h for its use.
#pragma once

#include <chrono>

namespace drydock {

/// Exponential backoff with full jitter: before attempt n + 1 a random time passes, between zero and
/// `base_delay * multiplier^(n-1)`, at most `max_delay`. Random, so that many who failed together do not come
/// back together.
struct RetryPolicy {
  int max_attempts{3};  ///< the first one included; 1 retries nothing
  std::chrono::milliseconds base_delay{100};
  double multiplier{2.0};
  std::chrono::milliseconds max_delay{std::chrono::seconds{5}};

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// Throws InvalidArgumentError, naming every fault, for fewer than one attempt, a negative delay, or a
/// multiplier under 1 or not finite.
void validate(const RetryPolicy& policy);

/// Returns the longest delay after `failed` failed attempts, the first of which is 1.
[[nodiscard]] std::chrono::nanoseconds longest_delay(const RetryPolicy& policy, int failed) noexcept;

/// Returns the delay after `failed` failed attempts: `share` of the longest, where `share` is in [0, 1].
/// Pure.
[[nodiscard]] std::chrono::nanoseconds delay_after(const RetryPolicy& policy, int failed,
                                                   double share) noexcept;

}  // namespace drydock
