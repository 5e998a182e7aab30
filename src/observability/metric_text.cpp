// Metrics as text: OpenMetrics 1.0, https://openmetrics.io, within what the Prometheus text format allows.
#include "observability/metric_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "drydock/observability/metrics.h"

#include "base/utf8.h"
#include "observability/metric_names.h"

namespace drydock::metrics {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Known {
  const char* name;
  const char* help;
};

constexpr std::array<Known, 12> kKnown{{
    {metric::kCalls, "Calls to the engine, with all their attempts, by operation and outcome."},
    {metric::kCallDuration, "Time of calls to the engine, with all their attempts."},
    {metric::kSentBytes, "Bytes of request bodies."},
    {metric::kReceivedBytes, "Bytes of answer bodies; streams that were upgraded are not counted."},
    {metric::kRetries, "Attempts after the first one, by operation."},
    {metric::kCircuitState, "State of the circuit to the engine: 0 closed, 1 half-open, 2 open."},
    {metric::kCircuitOpened, "How often the circuit to the engine opened."},
    {metric::kCircuitRefused, "Attempts that an open circuit refused."},
    {metric::kMade, "Objects made at the engine and owned by this process, by kind."},
    {metric::kRemoved, "Owned objects that were removed, by kind."},
    {metric::kLeaked, "Owned objects that could not be removed and were left to the watchdog, by kind."},
    {metric::kPhaseDuration, "Time by phase of a container's life, waiting included."},
}};

// "drydock_pool_hits" -> "drydock pool hits": a metric without help is a fault to promtool.
std::string help_of(const std::string& name) {
  for (const Known& known : kKnown) {
    if (name == known.name) {
      return known.help;
    }
  }
  std::string help = description_of(name);
  if (help.empty()) {
    help = name;
    std::replace(help.begin(), help.end(), '_', ' ');
  }
  return help;
}

// Both formats want UTF-8, with backslash, line feed and (in a label) quote escaped.
std::string escaped(std::string_view text, bool in_label) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = text::utf8_sequence(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else if (text.front() == '\n') {
      out += "\\n";
    } else if (text.front() == '\\' || (text.front() == '"' && in_label)) {
      out += '\\';
      out += text.front();
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string labels_text(const Labels& labels, const std::string& le = {}) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value, true));
  }
  if (!le.empty()) {
    out += fmt::format("{}le=\"{}\"", out.empty() ? "" : ",", le);
  }
  return out.empty() ? out : "{" + out + "}";
}

std::string bound_text(double bound) {
  // OpenMetrics' canonical numbers: "1.0" and "+Inf".
  if (std::isinf(bound)) {
    return "+Inf";
  }
  std::string out = fmt::format("{}", bound);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

void add_histogram(std::string& out, const Sample& sample) {
  for (const auto& [bound, count] : sample.durations.buckets) {
    out += fmt::format("{}_bucket{} {}\n", sample.name, labels_text(sample.labels, bound_text(bound)), count);
  }
  const std::string labels = labels_text(sample.labels);
  out += fmt::format("{}_count{} {}\n", sample.name, labels, sample.durations.count);
  out += fmt::format("{}_sum{} {:.9f}\n", sample.name, labels,
                     std::chrono::duration<double>{sample.durations.sum}.count());
}

void add_family_head(std::string& out, const Sample& sample) {
  const std::string help = escaped(help_of(sample.name), false);
  switch (sample.kind) {
    case Kind::Counter:
      out += fmt::format("# HELP {}_total {}\n", sample.name, help);
      break;
    case Kind::Gauge:
      out += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", sample.name, help);
      break;
    case Kind::Histogram:
      out += fmt::format("# HELP {0} {1}\n# TYPE {0} histogram\n# UNIT {0} seconds\n", sample.name, help);
      break;
  }
}

}  // namespace

bool is_metric_name(std::string_view name) noexcept {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == ':';
  });
}

bool is_label_name(std::string_view name) noexcept {
  return !name.empty() && !is_digit(name.front()) && !name.starts_with("__") && name != "le" &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::string open_metrics(const Snapshot& snapshot) {
  std::string out;
  const std::string* family = nullptr;
  for (const Sample& sample : snapshot.samples) {
    if (family == nullptr || *family != sample.name) {
      add_family_head(out, sample);
      family = &sample.name;
    }
    switch (sample.kind) {
      case Kind::Counter:
        out += fmt::format("{}_total{} {}\n", sample.name, labels_text(sample.labels), sample.value);
        break;
      case Kind::Gauge:
        out += fmt::format("{}{} {}\n", sample.name, labels_text(sample.labels), sample.value);
        break;
      case Kind::Histogram:
        add_histogram(out, sample);
        break;
    }
  }
  return out + "# EOF\n";
}

std::string open_metrics() {
  return open_metrics(snapshot());
}

}  // namespace drydock::metrics
