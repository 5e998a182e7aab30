// A clock that stands still until a test moves it, and that sleeps by moving. Thread-safe.
#pragma once

#include <mutex>
#include <vector>

#include "drydock/base/clock.h"
#include "drydock/base/deadline.h"

namespace drydock {

class FakeClock final : public Clock {
 public:
  TimePoint now() override {
    const std::lock_guard lock{mutex_};
    return now_;
  }
  void sleep_for(Duration span) override {
    const std::lock_guard lock{mutex_};
    now_ += span;
    sleeps_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(span));
  }

  void advance(Duration span) {
    const std::lock_guard lock{mutex_};
    now_ += span;
  }
  /// Returns what was slept, in order.
  [[nodiscard]] std::vector<std::chrono::microseconds> sleeps() const {
    const std::lock_guard lock{mutex_};
    return sleeps_;
  }
  /// Returns the deadline that passes after `span` of this clock's time.
  [[nodiscard]] Deadline deadline_in(Duration span) { return Deadline::at(now() + span); }

 private:
  mutable std::mutex mutex_{};
  TimePoint now_{std::chrono::hours{1}};
  std::vector<std::chrono::microseconds> sleeps_{};
};

}  // namespace drydock
