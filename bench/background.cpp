// background: what the end of a guard costs the test's thread when its container is removed in the
// background, beside the removal that is waited for.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "drydock/container/background_removal.h"
#include "drydock/container/parallel_start.h"

#include "benchmark.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::size_t kContainers = 16;

std::vector<TestContainer> sixteen(const Client& client, Removal removal) {
  return start_all(std::vector<ContainerSpec>(kContainers, ContainerSpec{.image = kBusyboxImage,
                                                                         .command = {"sleep", "3600"},
                                                                         .removal = removal}),
                   {}, client);
}

// Ends the guards one after the other, as tests do; returns the time that each took.
std::vector<double> end_each_ms(std::vector<TestContainer> guards) {
  std::vector<double> times;
  while (!guards.empty()) {
    times.push_back(measure_ms([&] { guards.pop_back(); }));
  }
  return times;
}

}  // namespace

void run_background(const Options& options) {
  const Client client{options.engine};
  const int rounds = options.rounds_or(5);
  std::vector<double> all_ms;
  std::vector<double> worst_ms;
  std::vector<double> drain_ms;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<double> times = end_each_ms(sixteen(client, Removal::Background));
    all_ms.insert(all_ms.end(), times.begin(), times.end());
    worst_ms.push_back(*std::max_element(times.begin(), times.end()));
    drain_ms.push_back(measure_ms([] {
      if (!drain_background_removals(Deadline::in(std::chrono::minutes{5}))) {
        throw std::runtime_error("the removals took longer than 5 minutes");
      }
    }));
  }
  const std::vector<double> inline_ms = end_each_ms(sixteen(client, Removal::Inline));
  ResultLine{"background"}
      .add("path_ms", median(all_ms), 3)
      .add("worst_ms", *std::max_element(worst_ms.begin(), worst_ms.end()), 3)
      .add("drain_ms", median(drain_ms), 1)
      .add("inline_ms", median(inline_ms), 1)
      .add("n", static_cast<long long>(all_ms.size()))
      .print();
}

}  // namespace drydock::bench
