#include "drydock/resilience/retry_policy.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {

void validate(const RetryPolicy& policy) {
  std::vector<std::string> faults;
  if (policy.max_attempts < 1) {
    faults.push_back(fmt::format("max_attempts is {}; give 1 or more", policy.max_attempts));
  }
  if (policy.base_delay.count() < 0 || policy.max_delay.count() < 0) {
    faults.push_back(fmt::format("a delay is negative: base_delay {} ms, max_delay {} ms",
                                 policy.base_delay.count(), policy.max_delay.count()));
  }
  if (!std::isfinite(policy.multiplier) || policy.multiplier < 1) {
    faults.push_back(fmt::format("multiplier is {}; give 1 or more", policy.multiplier));
  }
  if (!faults.empty()) {
    throw InvalidArgumentError("the retry policy is refused: " + text::join(faults, "; "),
                               {.operation = "retry"});
  }
}

std::chrono::nanoseconds longest_delay(const RetryPolicy& policy, int failed) noexcept {
  // In double, where a large power is infinity and not a wrap-around.
  const std::chrono::duration<double, std::milli> raw{static_cast<double>(policy.base_delay.count()) *
                                                      std::pow(policy.multiplier, std::max(failed, 1) - 1)};
  return raw < policy.max_delay ? std::chrono::round<std::chrono::nanoseconds>(raw)
                                : std::chrono::nanoseconds{policy.max_delay};
}

std::chrono::nanoseconds delay_after(const RetryPolicy& policy, int failed, double share) noexcept {
  return std::chrono::round<std::chrono::nanoseconds>(longest_delay(policy, failed) *
                                                      std::clamp(share, 0.0, 1.0));
}

}  // namespace drydock
