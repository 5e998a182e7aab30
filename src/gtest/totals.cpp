#include "gtest/totals.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"
#include "observability/phase.h"

namespace drydock {
namespace {

void record(const std::string& key, const std::string& value) {
  ::testing::Test::RecordProperty("drydock." + key, value);
}

}  // namespace

void record_totals() {
  const metrics::Snapshot now = metrics::snapshot();
  if (now.total(metric::kCalls) == 0) {
    return;
  }
  record("calls", std::to_string(now.total(metric::kCalls)));
  record("retries", std::to_string(now.total(metric::kRetries)));
  const metrics::Labels containers{{"kind", "container"}};
  record("containers_made", std::to_string(now.total(metric::kMade, containers)));
  record("containers_removed", std::to_string(now.total(metric::kRemoved, containers)));
  record("containers_leaked", std::to_string(now.total(metric::kLeaked, containers)));
  for (const char* name :
       {phase::kPull, phase::kCreate, phase::kStart, phase::kWait, phase::kExec, phase::kRemove}) {
    const metrics::Durations spent = now.durations(metric::kPhaseDuration, {{"phase", name}});
    if (spent.count > 0) {
      record(std::string{name} + "_seconds",
             fmt::format("{:.3f}", std::chrono::duration<double>{spent.sum}.count()));
    }
  }
}

}  // namespace drydock
