#include "drydock/observability/metrics.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/base/secret.h"

#include "observability/metric_names.h"
#include "observability/phase.h"
#include "support/forked.h"
#include "support/open_metrics_parser.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(MetricsTest, ASeriesIsTheSameForTheSameNameAndLabels) {
  metrics::Counter& first = metrics::counter("test_same", {{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(&first, &metrics::counter("test_same", {{"b", "2"}, {"a", "1"}}));
  EXPECT_NE(&first, &metrics::counter("test_same", {{"a", "1"}}));
}

TEST(MetricsTest, CountersGoUpAndGaugesBothWays) {
  metrics::counter("test_up").add();
  metrics::counter("test_up").add(4);
  metrics::gauge("test_level").set(7);
  metrics::gauge("test_level").add(-2);
  const metrics::Snapshot now = metrics::snapshot();
  EXPECT_EQ(now.total("test_up"), 5);
  EXPECT_EQ(now.total("test_level"), 5);
  EXPECT_EQ(now.total("test_never_heard_of"), 0);
}

TEST(MetricsTest, TotalsAreOverTheSeriesThatCarryTheLabels) {
  metrics::counter("test_calls", {{"verb", "get"}, {"end", "ok"}}).add(1);
  metrics::counter("test_calls", {{"verb", "get"}, {"end", "bad"}}).add(10);
  metrics::counter("test_calls", {{"verb", "put"}, {"end", "ok"}}).add(100);
  const metrics::Snapshot now = metrics::snapshot();
  EXPECT_EQ(now.total("test_calls"), 111);
  EXPECT_EQ(now.total("test_calls", {{"verb", "get"}}), 11);
  EXPECT_EQ(now.total("test_calls", {{"verb", "put"}, {"end", "bad"}}), 0);
}

TEST(MetricsTest, HistogramsSortDurationsIntoCumulativeBuckets) {
  metrics::Histogram& histogram = metrics::histogram("test_time_seconds");
  for (const auto duration : {1us, 20us, 100us, 30ms + 0us, 100000000us}) {
    histogram.observe(duration);
  }
  const metrics::Durations seen = metrics::snapshot().durations("test_time_seconds");
  EXPECT_EQ(seen.count, 5U);
  EXPECT_EQ(seen.sum, 1us + 20us + 100us + 30ms + 100s);
  const std::map<double, std::uint64_t> buckets{seen.buckets.begin(), seen.buckets.end()};
  EXPECT_EQ(buckets.at(0.00001), 1U);
  EXPECT_EQ(buckets.at(0.00005), 2U);
  EXPECT_EQ(buckets.at(0.0001), 3U);  // a bound belongs to its bucket
  EXPECT_EQ(buckets.at(0.05), 4U);
  EXPECT_EQ(buckets.at(60), 4U);
  EXPECT_EQ(seen.buckets.back().second, 5U);
}

TEST(MetricsTest, RefusesBadNamesLabelsAndASecondKind) {
  metrics::counter("test_kind");
  EXPECT_THROW(metrics::gauge("test_kind"), InvalidArgumentError);
  EXPECT_THROW(metrics::counter("9lives"), InvalidArgumentError);
  EXPECT_THROW(metrics::counter("test_x_total"), InvalidArgumentError);
  EXPECT_THROW(metrics::counter("test_x", {{"le", "1"}}), InvalidArgumentError);
  EXPECT_THROW(metrics::counter("test_x", {{"a-b", "1"}}), InvalidArgumentError);
  EXPECT_THROW(metrics::histogram("test_time"), InvalidArgumentError);
}

TEST(MetricsTest, ThreadsLoseNoCount) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      for (int n = 0; n < 500; ++n) {
        metrics::counter("test_shared", {{"part", std::to_string((i + n) % 16)}}).add();
        metrics::histogram("test_shared_seconds").observe(1ms);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const metrics::Snapshot now = metrics::snapshot();
  EXPECT_EQ(now.total("test_shared"), 4000);
  EXPECT_EQ(now.durations("test_shared_seconds").count, 4000U);
  EXPECT_EQ(std::count_if(now.samples.begin(), now.samples.end(),
                          [](const metrics::Sample& sample) { return sample.name == "test_shared"; }),
            16);
}

TEST(MetricsTest, AForkedChildStartsFromZeroInTheSameSeries) {
  metrics::Counter& counter = metrics::counter("test_forked");
  counter.add(3);
  EXPECT_EQ(in_forked_child([&] {
              counter.add();
              return std::to_string(metrics::snapshot().total("test_forked"));
            }),
            "1");
  EXPECT_EQ(counter.value(), 3U);
}

TEST(MetricsTest, APhaseIsMeasuredHoweverItEnds) {
  const auto count = [] {
    return metrics::snapshot().durations(metric::kPhaseDuration, {{"phase", phase::kWait}}).count;
  };
  const std::uint64_t before = count();
  try {
    const Phase phase{phase::kWait, "web"};
    throw 1;
  } catch (int) {
    EXPECT_EQ(count(), before + 1);
  }
}

TEST(OpenMetricsTest, IsReadBackByAStrictParser) {
  metrics::counter("test_text", {{"odd", "a\"b\\c\nd \xC3\xA4 \xFF"}}).add(2);
  metrics::gauge("test_text_level").set(-3);
  metrics::histogram("test_text_seconds", {{"phase", "wait"}}).observe(2ms);
  metrics::describe("test_text", "What it is\nabout.");
  const auto families = parse_open_metrics(metrics::open_metrics());

  const MetricFamily& counter = families.at("test_text_total");
  EXPECT_EQ(counter.help, "What it is\\nabout.");
  EXPECT_EQ(counter.samples.at("test_text_total{odd=\"a\"b\\c\nd \xC3\xA4 \xEF\xBF\xBD\"}"), 2);
  EXPECT_EQ(families.at("test_text_level").type, "gauge");
  EXPECT_EQ(families.at("test_text_level").samples.at("test_text_level{}"), -3);

  const MetricFamily& histogram = families.at("test_text_seconds");
  EXPECT_EQ(histogram.type, "histogram");
  EXPECT_EQ(histogram.samples.at("test_text_seconds_bucket{phase=\"wait\",le=\"0.001\"}"), 0);
  EXPECT_EQ(histogram.samples.at("test_text_seconds_bucket{phase=\"wait\",le=\"0.005\"}"), 1);
  EXPECT_EQ(histogram.samples.at("test_text_seconds_sum{phase=\"wait\"}"), 0.002);
}

TEST(OpenMetricsTest, HasAHelpLineForWhatNobodyDescribed) {
  metrics::counter("test_nobody_described").add();
  EXPECT_THAT(metrics::open_metrics(),
              HasSubstr("# HELP test_nobody_described_total test nobody described\n"));
}

TEST(OpenMetricsTest, MasksSecretsInLabels) {
  const Secret secret{"metric-canary-1"};
  metrics::counter("test_masked", {{"what", "x metric-canary-1"}}).add();
  metrics::counter("test_masked", {{"what", "x metric-canary-1"}}).add();
  EXPECT_THAT(metrics::open_metrics(), HasSubstr("test_masked_total{what=\"x ***\"} 2\n"));
  EXPECT_THAT(metrics::open_metrics(), Not(HasSubstr("metric-canary-1")));
}

TEST(OpenMetricsParserTest, RefusesWhatIsNotOpenMetrics) {
  const std::vector<std::string> bad{
      "",
      "# EOF",
      "# HELP a x\na 1\n",
      "# HELP a x\na 1\n\n# EOF\n",
      "# HELP a x\na 1\n# EOF\nb 1\n",
      "# a comment\n# EOF\n",
      "# HELP a x\na 1\na 1\n# EOF\n",
      "# HELP a x\na 1\n# HELP b x\nb 1\na{c=\"d\"} 1\n# EOF\n",
      "# HELP a x\n# TYPE a counter\na 1\n# EOF\n",
      "# HELP a x\na{b=\"\\x\"} 1\n# EOF\n",
      "# HELP a x\na one\n# EOF\n",
      "a 1\n# EOF\n",
      "# HELP a_seconds x\n# TYPE a_seconds histogram\na_seconds_bucket{le=\"1.0\"} 1\na_seconds_count 1\n"
      "a_seconds_sum 1\n# EOF\n",
      "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n"
      "# EOF\n",
  };
  for (const std::string& text : bad) {
    EXPECT_THROW(static_cast<void>(parse_open_metrics(text)), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace drydock
