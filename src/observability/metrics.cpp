#include "drydock/observability/metrics.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <pthread.h>

#include "drydock/base/error.h"

#include "base/redaction.h"
#include "base/text.h"
#include "observability/metric_names.h"
#include "observability/metric_text.h"

namespace drydock::metrics {
namespace {

using std::chrono::nanoseconds;

constexpr double kBounds[] = {0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1,
                              0.25,    0.5,     1,      2.5,    5,     10,    30,   60};

/// One series. Of the three values, the one of its kind is used.
struct Series {
  Series(std::string_view named, Labels labelled, Kind of, const Series* after)
      : name(named), labels(std::move(labelled)), kind(of), next(after) {}

  const std::string name;
  const Labels labels;
  const Kind kind;
  const Series* next;
  mutable Counter counter{};
  mutable Gauge gauge{};
  mutable Histogram histogram{};
};

struct Description {
  const std::string name;
  const std::string help;
  const Description* next{nullptr};
};

// Lists that only grow, and are never destroyed: no lock that a fork could copy while another thread holds
// it, and a reference stays good in whatever runs last.
std::atomic<const Series*> all_series{nullptr};
std::atomic<const Description*> descriptions{nullptr};

// In a forked child: what the parent did is the parent's.
void start_from_zero() {
  for (const Series* series = all_series.load(); series != nullptr; series = series->next) {
    series->counter.reset();
    series->gauge.reset();
    series->histogram.reset();
  }
}

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
  throw InvalidArgumentError("the metric '" + text::printable(name) + "' is refused: " + why,
                             {.operation = "metrics"});
}

void check(std::string_view name, const Labels& labels, Kind kind) {
  if (!is_metric_name(name)) {
    refuse(name, "a name is letters, digits, '_' and ':', and does not begin with a digit");
  }
  if (kind == Kind::Counter && name.ends_with("_total")) {
    refuse(name, "a counter's name is given without '_total'");
  }
  if ((kind == Kind::Histogram) != name.ends_with("_seconds")) {
    refuse(name, "histograms, and they alone, hold durations and end in '_seconds'");
  }
  for (const auto& [label, value] : labels) {
    if (!is_label_name(label)) {
      refuse(name, "its label '" + text::printable(label) +
                       "' is not letters, digits and '_', begins with '__' or a digit, or is 'le'");
    }
  }
}

const Series* find(const Series* from, const Series* to, std::string_view name, const Labels& labels,
                   Kind kind) {
  for (; from != to; from = from->next) {
    if (from->name != name) {
      continue;
    }
    if (from->kind != kind) {
      refuse(name, "it is in use for another kind of metric");
    }
    if (from->labels == labels) {
      return from;
    }
  }
  return nullptr;
}

const Series& series_of(std::string_view name, const Labels& labels, Kind kind) {
  const Series* head = all_series.load(std::memory_order_acquire);
  if (const Series* const found = find(head, nullptr, name, labels, kind)) {
    return *found;
  }
  check(name, labels, kind);
  Labels shown = labels;
  for (auto& [label, value] : shown) {
    value = redacted(value);
  }
  static const int forks_are_watched = ::pthread_atfork(nullptr, nullptr, start_from_zero);
  static_cast<void>(forks_are_watched);
  for (const Series* seen = nullptr;;) {
    if (const Series* const found = find(head, seen, name, shown, kind)) {
      return *found;
    }
    auto mine = std::make_unique<const Series>(name, shown, kind, head);
    seen = head;
    if (all_series.compare_exchange_strong(head, mine.get())) {
      return *mine.release();
    }
  }
}

Sample sample_of(const Series& series) {
  Sample sample{.name = series.name, .labels = series.labels, .kind = series.kind};
  switch (series.kind) {
    case Kind::Counter:
      sample.value = static_cast<std::int64_t>(series.counter.value());
      break;
    case Kind::Gauge:
      sample.value = series.gauge.value();
      break;
    case Kind::Histogram:
      sample.durations = series.histogram.value();
      break;
  }
  return sample;
}

bool carries(const Sample& sample, std::string_view name, const Labels& labels) {
  return sample.name == name &&
         std::includes(sample.labels.begin(), sample.labels.end(), labels.begin(), labels.end());
}

}  // namespace

void Histogram::observe(nanoseconds duration) noexcept {
  static_assert(std::size(kBounds) + 1 == kBuckets);
  const double seconds = std::chrono::duration<double>{duration}.count();
  const auto* const bound = std::lower_bound(std::begin(kBounds), std::end(kBounds), seconds);
  counts_[static_cast<std::size_t>(bound - std::begin(kBounds))].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(duration.count(), std::memory_order_relaxed);
}

Durations Histogram::value() const {
  Durations out{.count = 0, .sum = nanoseconds{sum_ns_.load(std::memory_order_relaxed)}};
  for (std::size_t i = 0; i < kBuckets; ++i) {
    out.count += counts_[i].load(std::memory_order_relaxed);
    out.buckets.emplace_back(i < std::size(kBounds) ? kBounds[i] : std::numeric_limits<double>::infinity(),
                             out.count);
  }
  return out;
}

void Histogram::reset() noexcept {
  for (std::atomic<std::uint64_t>& count : counts_) {
    count.store(0, std::memory_order_relaxed);
  }
  sum_ns_.store(0, std::memory_order_relaxed);
}

Counter& counter(std::string_view name, const Labels& labels) {
  return series_of(name, labels, Kind::Counter).counter;
}

Gauge& gauge(std::string_view name, const Labels& labels) {
  return series_of(name, labels, Kind::Gauge).gauge;
}

Histogram& histogram(std::string_view name, const Labels& labels) {
  return series_of(name, labels, Kind::Histogram).histogram;
}

void describe(std::string_view name, std::string_view help) {
  auto* const mine = new Description{std::string{name}, redacted(help)};
  mine->next = descriptions.load();
  while (!descriptions.compare_exchange_weak(mine->next, mine)) {
  }
}

std::string description_of(std::string_view name) {
  std::string first;
  for (const Description* entry = descriptions.load(); entry != nullptr; entry = entry->next) {
    if (entry->name == name) {
      first = entry->help;  // the list's end holds what came first
    }
  }
  return first;
}

std::int64_t Snapshot::total(std::string_view name, const Labels& labels) const {
  std::int64_t sum = 0;
  for (const Sample& sample : samples) {
    sum += carries(sample, name, labels) ? sample.value : 0;
  }
  return sum;
}

Durations Snapshot::durations(std::string_view name, const Labels& labels) const {
  Durations sum = Histogram{}.value();
  for (const Sample& sample : samples) {
    if (sample.kind != Kind::Histogram || !carries(sample, name, labels)) {
      continue;
    }
    sum.count += sample.durations.count;
    sum.sum += sample.durations.sum;
    for (std::size_t i = 0; i < sum.buckets.size(); ++i) {
      sum.buckets[i].second += sample.durations.buckets[i].second;
    }
  }
  return sum;
}

Snapshot snapshot() {
  Snapshot out;
  for (const Series* series = all_series.load(std::memory_order_acquire); series != nullptr;
       series = series->next) {
    out.samples.push_back(sample_of(*series));
  }
  std::sort(out.samples.begin(), out.samples.end(), [](const Sample& a, const Sample& b) {
    return a.name != b.name ? a.name < b.name : a.labels < b.labels;
  });
  return out;
}

}  // namespace drydock::metrics
