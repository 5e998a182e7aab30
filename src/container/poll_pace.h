// How long to pause between two looks at something: short at first, then in proportion to the time waited.
// Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

#include "drydock/base/deadline.h"

namespace drydock {

/// Returns the pause after `waited`: a hundredth of it, from 1 ms to 50 ms, so that what is waited for is
/// seen late by some 1 % of its own time, and never by more than 50 ms.
[[nodiscard]] constexpr std::chrono::nanoseconds poll_pause(std::chrono::nanoseconds waited) noexcept {
  return std::clamp<std::chrono::nanoseconds>(waited / 100, std::chrono::milliseconds{1},
                                              std::chrono::milliseconds{50});
}

class PollPace {
 public:
  using Clock = Deadline::Clock;

  [[nodiscard]] std::chrono::nanoseconds waited() const { return Clock::now() - start_; }
  [[nodiscard]] std::chrono::nanoseconds pause() const { return poll_pause(waited()); }

 private:
  Clock::time_point start_{Clock::now()};
};

/// Sleeps for `pause`, but not past the deadline.
void sleep_within(std::chrono::nanoseconds pause, Deadline deadline);

}  // namespace drydock
