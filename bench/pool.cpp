// pool: how long acquire() takes, of a warm pool and of one that has just been made, and what is left.
#include "drydock/container/pool.h"

#include <stdexcept>
#include <vector>

#include "benchmark.h"
#include "container/engine_objects.h"
#include "container/session.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::chrono::minutes kLimit{2};

ContainerSpec idle_spec() {
  return {.image = kBusyboxImage, .command = {"sleep", "3600"}};
}

// Each hand-out is one of a pool that has its containers ready, as in a suite whose tests take a while: the
// pool is given time to take the last one back.
std::vector<double> warm_hand_outs_us(ContainerPool& pool, int rounds) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    pool.wait_ready(Deadline::in(kLimit));
    const auto start = std::chrono::steady_clock::now();
    const ContainerPool::Lease lease = pool.acquire(Deadline::in(kLimit));
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    if (round % 10 == 0 && !lease->inspect().state.running) {
      throw std::runtime_error("the pool handed out a container that does not run");
    }
  }
  return times;
}

double cold_hand_out_ms(const Client& client) {
  ContainerPool pool{idle_spec(), {.size = 1, .max_total = 1}, client};
  return measure_ms([&] { const ContainerPool::Lease lease = pool.acquire(Deadline::in(kLimit)); });
}

std::size_t left_behind(const Client& client) {
  return find_objects(client, ObjectKind::Container,
                      std::string{label::kSession} + "=" + current_session().id)
      .size();
}

}  // namespace

void run_pool(const Options& options) {
  const Client client{options.engine};
  std::vector<double> warm_us;
  std::uint64_t broken = 0;
  {
    ContainerPool pool{idle_spec(), {.size = 4, .max_total = 4, .on_return = OnReturn::Reuse}, client};
    warm_us = warm_hand_outs_us(pool, options.rounds_or(1000));
    broken = pool.stats().broken;
  }
  std::vector<double> cold_ms;
  for (int round = 0; round < 10; ++round) {
    cold_ms.push_back(cold_hand_out_ms(client));
  }
  ResultLine{"pool"}
      .add("warm_median_us", median(warm_us), 1)
      .add("warm_p99_us", quantile(warm_us, 0.99), 1)
      .add("cold_median_ms", median(cold_ms), 1)
      .add("broken", static_cast<long long>(broken))
      .add("left", static_cast<long long>(left_behind(client)))
      .add("n", static_cast<long long>(warm_us.size()))
      .print();
}

}  // namespace drydock::bench
