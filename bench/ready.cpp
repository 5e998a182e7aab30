// ready: how late, and whether ever early, each readiness condition says "ready", against a server that
// reports when it began to listen. The server's clock is the host's, for containers share it.
#include <cstdlib>
#include <ctime>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::uint16_t kPort = 8080;
constexpr std::string_view kReport = "monotonic_ns=";

const std::vector<std::string> kCheck{"/bin/probe", "check", "--port", std::to_string(kPort)};

struct Case {
  const char* name;
  wait::Condition condition;
};

std::vector<Case> all_cases() {
  return {{"log", wait::LogLine{.contains = "listening on port"}},
          {"port", wait::PortOpen{}},
          {"http", wait::HttpOk{}},
          {"health", wait::Healthy{}},
          {"exec", wait::ExecSucceeds{.argv = kCheck}}};
}

/// The server as a spec: it listens `after_ms` after its start.
ContainerSpec server(const Case& item, int after_ms) {
  ContainerSpec spec{
      .image = kProbeImage,
      .command = {"listen", "--port", std::to_string(kPort), "--after-ms", std::to_string(after_ms)},
      .ports = {kPort},
      .ready = {item.condition}};
  if (item.condition.get_if<wait::Healthy>() != nullptr) {
    spec.healthcheck = {.argv = kCheck,
                        .interval = std::chrono::milliseconds{100},
                        .timeout = std::chrono::seconds{5},
                        .start_period = std::chrono::seconds{10},
                        .retries = 100};
  }
  return spec;
}

long long monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<long long>(now.tv_sec) * 1'000'000'000LL + now.tv_nsec;
}

/// Returns when the server began to listen, from the line that it writes then; waits for the line.
long long listened_ns(const TestContainer& container) {
  std::string text;
  container.follow_logs(
      [&text](LogStream, std::string_view piece) {
        text += piece;
        return text.find(kReport) == std::string::npos || text.back() != '\n';
      },
      {}, Deadline::in(std::chrono::seconds{10}));
  const auto at = text.find(kReport);
  if (at == std::string::npos) {
    throw std::runtime_error("the server did not say when it listened: '" + text + "'");
  }
  return std::atoll(text.c_str() + at + kReport.size());
}

/// Returns by how many milliseconds "ready" came after the listening; negative: before.
double lateness_ms(const Case& item, const Client& client, int after_ms) {
  const TestContainer container{server(item, after_ms), client};
  const long long ready = monotonic_ns();
  return static_cast<double>(ready - listened_ns(container)) / 1e6;
}

int measure_case(const Case& item, const Client& client, int rounds) {
  std::mt19937 random{20240229};  // the same delays for each condition and each run
  std::uniform_int_distribution<int> delay{200, 600};
  std::vector<double> late;
  int early = 0;
  for (int round = 0; round < rounds; ++round) {
    late.push_back(lateness_ms(item, client, delay(random)));
    early += late.back() < 0 ? 1 : 0;
  }
  ResultLine{"ready"}
      .add("condition", std::string_view{item.name})
      .add("late_ms", median(late), 2)
      .add("early", early)
      .add("n", rounds)
      .add("late_p95_ms", quantile(late, 0.95), 2)
      .print();
  return early;
}

}  // namespace

void run_ready(const Options& options) {
  const Client client{options.engine};
  const int rounds = options.rounds_or(50);
  int measured = 0;
  int early = 0;
  for (const Case& item : all_cases()) {
    if (options.condition.empty() || options.condition == item.name) {
      early += measure_case(item, client, rounds);
      ++measured;
    }
  }
  if (measured == 0) {
    throw std::runtime_error("there is no condition '" + options.condition + "'");
  }
  ResultLine{"ready"}.add("conditions", measured).add("early", early).print();
}

}  // namespace drydock::bench
