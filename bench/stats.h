// What the benchmarks need of statistics: medians, for they shrug off the odd slow round. Pure functions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace drydock::bench {

/// Returns the value below which the share `q` (0 to 1) of the sample lies, linearly between neighbours; 0
/// for an empty sample.
[[nodiscard]] inline double quantile(std::vector<double> sample, double q) {
  if (sample.empty()) {
    return 0.0;
  }
  std::sort(sample.begin(), sample.end());
  const double position = q * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sample.size() - 1);
  return sample[below] + (position - std::floor(position)) * (sample[above] - sample[below]);
}

[[nodiscard]] inline double median(const std::vector<double>& sample) {
  return quantile(sample, 0.5);
}

/// Returns the distance between the quartiles as a share of the median: how noisy the machine was.
[[nodiscard]] inline double spread(const std::vector<double>& sample) {
  const double middle = median(sample);
  return middle == 0.0 ? 0.0 : (quantile(sample, 0.75) - quantile(sample, 0.25)) / middle;
}

/// Returns the median of a[i] / b[i]. With interleaved rounds it bears a load that drifts better than the
/// ratio of the medians does.
[[nodiscard]] inline double paired_ratio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (b[i] != 0.0) {
      ratios.push_back(a[i] / b[i]);
    }
  }
  return median(ratios);
}

}  // namespace drydock::bench
