// Counts what Drydock does: counters, gauges and histograms of durations, kept in this process. Read as
// values, or as OpenMetrics text. Any layer, and any program, may add its own.
//
//   metrics::counter("drydock_pool_hits").add();
//   metrics::histogram("myapp_seed_duration_seconds", {{"table", "users"}}).observe(elapsed);
//   const metrics::Snapshot now = metrics::snapshot();
//   EXPECT_EQ(now.total("drydock_retries"), 0);
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::metrics {

/// What tells series of one name apart. Few values for each label: a series is never removed.
using Labels = std::map<std::string, std::string>;

/// Goes up only. Thread-safe, without a lock.
class Counter {
 public:
  void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
  /// Starts again from zero: what a forked child does.
  void reset() noexcept { value_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Thread-safe, without a lock.
class Gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t change) noexcept { value_.fetch_add(change, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
  void reset() noexcept { set(0); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// A histogram's state at one time.
struct Durations {
  std::uint64_t count{0};
  std::chrono::nanoseconds sum{0};
  /// Upper bound in seconds, and how many took at most that; the last bound is infinity.
  std::vector<std::pair<double, std::uint64_t>> buckets{};

  friend bool operator==(const Durations&, const Durations&) = default;
};

/// Durations in fixed buckets from 10 us to 60 s. Thread-safe, without a lock.
class Histogram {
 public:
  void observe(std::chrono::nanoseconds duration) noexcept;
  [[nodiscard]] Durations value() const;
  void reset() noexcept;

 private:
  static constexpr std::size_t kBuckets = 18;
  std::atomic<std::uint64_t> counts_[kBuckets]{};
  std::atomic<std::int64_t> sum_ns_{0};
};

/// Returns the series of that name and labels, made at the first call. The reference is good until the
/// process ends, also in destructors of objects with static storage; a forked child finds zero in it. Costs
/// about a microsecond: keep the reference where that is much.
///
/// Names are `[a-zA-Z_:][a-zA-Z0-9_:]*`; Drydock's own begin with "drydock_". A counter's name is given
/// without its "_total"; a histogram's ends in "_seconds". Throws InvalidArgumentError for a name or label
/// that is none of these, and for a name that is in use for another kind.
Counter& counter(std::string_view name, const Labels& labels = {});
Gauge& gauge(std::string_view name, const Labels& labels = {});
Histogram& histogram(std::string_view name, const Labels& labels = {});

/// Says what a metric means, in one sentence, for open_metrics(). The first description stays.
void describe(std::string_view name, std::string_view help);

enum class Kind { Counter, Gauge, Histogram };

/// One series at one time.
struct Sample {
  std::string name{};
  Labels labels{};
  Kind kind{Kind::Counter};
  std::int64_t value{0};  ///< Counter, Gauge
  Durations durations{};  ///< Histogram

  friend bool operator==(const Sample&, const Sample&) = default;
};

struct Snapshot {
  std::vector<Sample> samples{};  ///< ordered by name, then by labels

  /// Returns the sum of the counters or gauges of that name that carry all of `labels`; zero without any.
  [[nodiscard]] std::int64_t total(std::string_view name, const Labels& labels = {}) const;
  /// Returns the same of histograms, bucket by bucket.
  [[nodiscard]] Durations durations(std::string_view name, const Labels& labels = {}) const;
};

/// Returns all series of this process. Each value is whole; they are not of the same instant.
[[nodiscard]] Snapshot snapshot();

/// Returns the snapshot as OpenMetrics 1.0 text, which is at the same time the older Prometheus text that
/// `promtool check metrics` reads. The two disagree on the name in a counter's TYPE line, so counters have
/// none, which both allow: readers take them as of unknown type.
[[nodiscard]] std::string open_metrics(const Snapshot& snapshot);
[[nodiscard]] std::string open_metrics();

}  // namespace drydock::metrics
