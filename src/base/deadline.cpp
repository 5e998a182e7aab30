#include "drydock/base/deadline.h"

#include <algorithm>

namespace drydock {

Deadline Deadline::at_most(Clock::duration span) const {
  const Clock::time_point limit = Clock::now() + span;
  return Deadline{point_ ? std::min(*point_, limit) : limit};
}

Deadline::Clock::duration Deadline::remaining() const noexcept {
  if (!point_) {
    return Clock::duration::max();
  }
  return std::max(*point_ - Clock::now(), Clock::duration::zero());
}

int Deadline::remaining_ms() const noexcept {
  using std::chrono::milliseconds;
  constexpr milliseconds kDay = std::chrono::hours{24};
  const Clock::duration left = remaining();
  if (left >= kDay) {
    return static_cast<int>(kDay.count());
  }
  return static_cast<int>(std::chrono::ceil<milliseconds>(left).count());
}

}  // namespace drydock
