// Tries an operation again when it failed in a way that may pass. For calls on the engine the client does
// this itself; this is for operations of one's own: a database that is not up yet, a flaky download.
//
//   const int rows = retry({.max_attempts = 5}, [&] { return connect_and_count(); },
//                          [](const std::exception&) { return true; });
#pragma once

#include <exception>
#include <functional>
#include <string_view>
#include <utility>

#include "drydock/base/clock.h"
#include "drydock/base/deadline.h"
#include "drydock/resilience/retry_policy.h"

namespace drydock {

/// Says whether what failed so is worth another try.
using RetryPredicate = std::function<bool(const std::exception&)>;

/// Returns whether it is a drydock::Error that says retryable(): the same call may succeed later, unchanged.
[[nodiscard]] bool is_retryable(const std::exception& error) noexcept;

/// One failed attempt that another one follows.
struct RetryEvent {
  int attempt{1};       ///< the one that failed
  int max_attempts{1};  ///< as the policy has it
  std::chrono::nanoseconds delay{0};
  std::string_view reason{};  ///< the error's message
};

/// What a retry takes from the world.
struct RetryHooks {
  Clock* clock{nullptr};                              ///< null: Clock::steady()
  std::function<double()> random{};                   ///< in [0, 1); empty: the kernel's randomness
  std::function<void(const RetryEvent&)> on_retry{};  ///< before each delay
};

/// Counts the attempts of one operation and spaces them out: the part of retry() that knows no operation. Not
/// thread-safe.
class RetryLoop {
 public:
  /// Throws InvalidArgumentError for a policy that validate() refuses.
  RetryLoop(const RetryPolicy& policy, Deadline deadline, RetryHooks hooks = {});

  /// Returns the attempt that is under way, the first of which is 1.
  [[nodiscard]] int attempt() const noexcept { return attempt_; }
  /// Returns the time since construction.
  [[nodiscard]] Clock::Duration elapsed() const;

  /// Waits for the next attempt. Returns false, at once, when there is none: the attempts are used up, or the
  /// deadline would pass before the next one.
  [[nodiscard]] bool wait_after(std::string_view reason);

 private:
  RetryPolicy policy_;
  Deadline deadline_;
  RetryHooks hooks_;
  Clock& clock_;
  Clock::TimePoint start_;
  int attempt_{1};
};

/// Calls `operation` until it returns, and returns what it returns. Tries again after a std::exception for
/// which `predicate` holds, as often as `policy` says and as long as `deadline` lets it; then what the last
/// attempt threw comes out. The deadline bounds the attempts' beginnings and the delays between them: it
/// cannot interrupt an operation, which is to be given it, too. Unset, the attempts alone are the bound.
template <typename Operation>
auto retry(const RetryPolicy& policy, Operation&& operation, const RetryPredicate& predicate = is_retryable,
           Deadline deadline = {}, RetryHooks hooks = {}) -> decltype(operation()) {
  RetryLoop loop{policy, deadline, std::move(hooks)};
  for (;;) {
    try {
      return operation();
    } catch (const std::exception& error) {
      if (!predicate(error) || !loop.wait_after(error.what())) {
        throw;
      }
    }
  }
}

}  // namespace drydock
