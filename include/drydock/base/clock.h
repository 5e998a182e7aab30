// The time as a thing that can be replaced: what waits takes a Clock, and a test gives it one that does not
// wait.
#pragma once

#include <chrono>

namespace drydock {

/// Tells the time and lets it pass. Implementations are thread-safe.
class Clock {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using TimePoint = std::chrono::steady_clock::time_point;

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual TimePoint now() = 0;
  /// Blocks the calling thread for `span`; returns at once when it is not positive.
  virtual void sleep_for(Duration span) = 0;

  /// Returns the machine's steady clock. Never destroyed.
  static Clock& steady();
};

}  // namespace drydock
