#include "drydock/base/clock.h"

#include <thread>

namespace drydock {
namespace {

class SteadyClock final : public Clock {
 public:
  TimePoint now() override { return std::chrono::steady_clock::now(); }
  void sleep_for(Duration span) override {
    if (span > Duration::zero()) {
      std::this_thread::sleep_for(span);
    }
  }
};

}  // namespace

Clock& Clock::steady() {
  static auto* const clock = new SteadyClock;
  return *clock;
}

}  // namespace drydock
