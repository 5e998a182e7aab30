#include "drydock/resilience/retry.h"

#include "drydock/base/error.h"

#include "base/random.h"

namespace drydock {

bool is_retryable(const std::exception& error) noexcept {
  const auto* const known = dynamic_cast<const Error*>(&error);
  return known != nullptr && known->retryable();
}

RetryLoop::RetryLoop(const RetryPolicy& policy, Deadline deadline, RetryHooks hooks)
    : policy_(policy),
      deadline_(deadline),
      hooks_(std::move(hooks)),
      clock_(hooks_.clock != nullptr ? *hooks_.clock : Clock::steady()),
      start_(clock_.now()) {
  validate(policy_);
}

Clock::Duration RetryLoop::elapsed() const {
  return clock_.now() - start_;
}

bool RetryLoop::wait_after(std::string_view reason) {
  if (attempt_ >= policy_.max_attempts) {
    return false;
  }
  const double share = hooks_.random ? hooks_.random() : random_share();
  const std::chrono::nanoseconds delay = delay_after(policy_, attempt_, share);
  if (const auto limit = deadline_.point(); limit && clock_.now() + delay >= *limit) {
    return false;
  }
  if (hooks_.on_retry) {
    hooks_.on_retry(
        {.attempt = attempt_, .max_attempts = policy_.max_attempts, .delay = delay, .reason = reason});
  }
  clock_.sleep_for(delay);
  ++attempt_;
  return true;
}

}  // namespace drydock
