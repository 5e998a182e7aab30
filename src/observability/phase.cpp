#include "observability/phase.h"

#include <exception>

#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"

namespace drydock {

Phase::Phase(const char* name, std::string_view resource) : name_(name), span_(name, "phase") {
  span_.note("resource", resource);
}

Phase::~Phase() {
  try {
    metrics::histogram(metric::kPhaseDuration, {{"phase", name_}})
        .observe(std::chrono::steady_clock::now() - start_);
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

}  // namespace drydock
