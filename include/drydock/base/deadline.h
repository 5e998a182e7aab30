// A point in time by which a blocking call must have ended. A value; thread-safe as one.
#pragma once

#include <chrono>
#include <optional>

namespace drydock {

/// Bounds a blocking call as a whole, however many requests and retries it makes. A default-made deadline is
/// unset: the call then derives its own from the client's options.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  Deadline() = default;

  /// Returns the deadline that passes after `span`; a negative span has passed already.
  [[nodiscard]] static Deadline in(Clock::duration span) { return Deadline{Clock::now() + span}; }
  [[nodiscard]] static Deadline at(Clock::time_point point) { return Deadline{point}; }

  [[nodiscard]] bool is_set() const noexcept { return point_.has_value(); }
  /// Returns the point itself, for a clock of one's own; nothing when unset.
  [[nodiscard]] std::optional<Clock::time_point> point() const noexcept { return point_; }
  /// Returns this deadline, or one after `span` when this is unset.
  [[nodiscard]] Deadline or_in(Clock::duration span) const { return point_ ? *this : in(span); }
  /// Returns the earlier of this deadline and one after `span`.
  [[nodiscard]] Deadline at_most(Clock::duration span) const;

  /// Returns the time that is left, zero when none is, Clock::duration::max() when unset.
  [[nodiscard]] Clock::duration remaining() const noexcept;
  /// Returns remaining() in milliseconds rounded up, at most one day, as poll(2) wants it.
  [[nodiscard]] int remaining_ms() const noexcept;
  [[nodiscard]] bool expired() const noexcept { return point_ && Clock::now() >= *point_; }

 private:
  explicit Deadline(Clock::time_point point) : point_(point) {}
  std::optional<Clock::time_point> point_{};
};

}  // namespace drydock
