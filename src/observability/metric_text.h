// The rules of the OpenMetrics text format that names must keep to. Pure, but for the descriptions.
#pragma once

#include <string>
#include <string_view>

namespace drydock::metrics {

[[nodiscard]] bool is_metric_name(std::string_view name) noexcept;
[[nodiscard]] bool is_label_name(std::string_view name) noexcept;  // "le" is the histograms' own

/// Returns what describe() said of the metric, empty when nobody did.
[[nodiscard]] std::string description_of(std::string_view name);

}  // namespace drydock::metrics
