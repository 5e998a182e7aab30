// exec: `true` with its exit code, in a container that stands.
#include <stdexcept>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "raw_container.h"
#include "stats.h"

namespace drydock::bench {

void run_exec(const Options& options) {
  RawClient raw_client{options.engine};
  RawContainer standing{raw_client};
  const Client client{options.engine};
  const auto raw_exec = [&] {
    if (standing.exec_true() != 0) {
      throw std::runtime_error("the raw exec failed");
    }
  };
  const auto drydock_exec = [&] {
    if (!drydock::run_exec(client, standing.id(), {"true"}).ok()) {
      throw std::runtime_error("Drydock's exec failed");
    }
  };
  raw_exec();
  drydock_exec();

  std::vector<double> raw_ms;
  std::vector<double> drydock_ms;
  const int rounds = options.rounds_or(100);
  interleave(
      rounds, [&] { raw_ms.push_back(measure_ms(raw_exec)); },
      [&] { drydock_ms.push_back(measure_ms(drydock_exec)); });

  ResultLine{"exec"}
      .add("ratio", median(drydock_ms) / median(raw_ms), 3)
      .add("n", rounds)
      .add("raw_ms", median(raw_ms), 2)
      .add("drydock_ms", median(drydock_ms), 2)
      .add("paired_ratio", paired_ratio(drydock_ms, raw_ms), 3)
      .add("spread", spread(raw_ms), 2)
      .print();
}

}  // namespace drydock::bench
