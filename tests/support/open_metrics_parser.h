// A strict reader of OpenMetrics 1.0 text, for tests: it refuses what a lenient scraper would let pass.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

struct MetricFamily {
  std::string help{};
  std::string type{"unknown"};
  std::string unit{};
  /// Sample name with its labels in order, as written: `x_bucket{a="1",le="+Inf"}`.
  std::map<std::string, double> samples{};
};

/// Returns the families by name. Throws std::runtime_error, naming the line, for: a missing or early `# EOF`,
/// an empty line or a comment that is none of HELP, TYPE and UNIT, a family in two places, metadata after
/// samples, a sample that its family's type does not have, bad names, escapes or numbers, a series twice, a
/// family without help, and a histogram whose buckets are not cumulative or do not end in its count.
[[nodiscard]] std::map<std::string, MetricFamily> parse_open_metrics(std::string_view text);

}  // namespace drydock
