// parallel: 16 containers up side by side, by start_all() against the same raw calls from 16 threads.
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "drydock/container/parallel_start.h"

#include "benchmark.h"
#include "raw_container.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::size_t kContainers = 16;

// Sixteen threads, each with a connection of its own and a container.
class RawSixteen {
 public:
  explicit RawSixteen(const Endpoint& engine) {
    for (std::size_t i = 0; i < kContainers; ++i) {
      clients_.push_back(std::make_unique<RawClient>(engine));
    }
    containers_.resize(kContainers);
  }

  void start() {
    each([this](std::size_t i) { containers_[i] = std::make_unique<RawContainer>(*clients_[i]); });
  }
  void remove() {
    each([this](std::size_t i) { containers_[i].reset(); });
  }

 private:
  template <typename Work>
  static void each(const Work& work) {
    std::mutex mutex;
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kContainers; ++i) {
      threads.emplace_back([&, i] {
        try {
          work(i);
        } catch (...) {  // thrown on below
          const std::lock_guard lock{mutex};
          failure = std::current_exception();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    if (failure) {
      std::rethrow_exception(failure);
    }
  }

  std::vector<std::unique_ptr<RawClient>> clients_;
  std::vector<std::unique_ptr<RawContainer>> containers_;
};

}  // namespace

void run_parallel(const Options& options) {
  RawSixteen raw{options.engine};
  const Client client{options.engine};
  const std::vector<ContainerSpec> specs(kContainers,
                                         ContainerSpec{.image = kBusyboxImage, .command = {"sleep", "3600"}});
  std::vector<double> raw_ms;
  std::vector<double> drydock_ms;
  const auto raw_round = [&] {
    raw_ms.push_back(measure_ms([&] { raw.start(); }));
    raw.remove();
  };
  const auto drydock_round = [&] {
    std::vector<TestContainer> all;
    drydock_ms.push_back(measure_ms([&] { all = start_all(specs, {.max_parallel = kContainers}, client); }));
  };
  // Once unmeasured: the version is negotiated, the engine has the image's layers at hand.
  raw_round();
  drydock_round();
  raw_ms.clear();
  drydock_ms.clear();
  const int rounds = options.rounds_or(10);
  interleave(rounds, raw_round, drydock_round);
  ResultLine{"parallel"}
      .add("ratio", median(drydock_ms) / median(raw_ms), 3)
      .add("containers", static_cast<long long>(kContainers))
      .add("n", rounds)
      .add("raw_ms", median(raw_ms), 1)
      .add("drydock_ms", median(drydock_ms), 1)
      .add("paired_ratio", paired_ratio(drydock_ms, raw_ms), 3)
      .add("spread", spread(raw_ms), 2)
      .print();
}

}  // namespace drydock::bench
