#include "observability/phase.h"

#include <atomic>
#include <exception>

#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"

namespace drydock {

namespace {

std::atomic<PhaseObserver*> the_observer{nullptr};

}  // namespace

void observe_phases(PhaseObserver* observer) noexcept {
  the_observer.store(observer, std::memory_order_release);
}

Phase::Phase(const char* name, std::string_view resource)
    : name_(name), resource_(resource), span_(name, "phase") {
  span_.note("resource", resource);
}

Phase::~Phase() {
  const auto duration = std::chrono::steady_clock::now() - start_;
  if (PhaseObserver* const observer = the_observer.load(std::memory_order_acquire)) {
    observer->on_phase(name_, resource_, duration);
  }
  try {
    metrics::histogram(metric::kPhaseDuration, {{"phase", name_}}).observe(duration);
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

}  // namespace drydock
