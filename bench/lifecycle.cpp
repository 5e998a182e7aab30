// lifecycle: create + start + inspect + exec of `true` + remove; Drydock's share of it and its requests.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "raw_container.h"
#include "stats.h"
#include "support/recording_exchange.h"
#include "transport/httplib_exchange.h"

namespace drydock::bench {
namespace {

void require_success(int exit_code) {
  if (exit_code != 0) {
    throw std::runtime_error("'true' ended with exit code " + std::to_string(exit_code));
  }
}

void raw_lifecycle(RawClient& client) {
  RawContainer container{client};
  require_success(container.exec_true());
  container.remove();
}

void drydock_lifecycle(const Client& client) {
  const TestContainer container{{.image = kBusyboxImage, .command = {"sleep", "3600"}}, client};
  require_success(container.exec({"true"}).exit_code);
}

}  // namespace

void run_lifecycle(const Options& options) {
  RawClient raw_client{options.engine};
  const auto counter = std::make_shared<RecordingExchange>(std::make_shared<HttplibExchange>(options.engine));
  const Client client{counter, options.engine};
  // Once unmeasured: the version is negotiated, the engine has the image's layers at hand.
  raw_lifecycle(raw_client);
  drydock_lifecycle(client);

  std::vector<double> raw_ms;
  std::vector<double> drydock_ms;
  std::vector<std::string> most_requests;
  const int rounds = options.rounds_or(40);
  interleave(
      rounds, [&] { raw_ms.push_back(measure_ms([&] { raw_lifecycle(raw_client); })); },
      [&] {
        counter->take();
        drydock_ms.push_back(measure_ms([&] { drydock_lifecycle(client); }));
        most_requests = std::max(most_requests, counter->take(),
                                 [](const auto& a, const auto& b) { return a.size() < b.size(); });
      });

  for (const std::string& request : most_requests) {
    std::printf("  %s\n", request.c_str());
  }
  ResultLine{"lifecycle"}
      .add("ratio", median(drydock_ms) / median(raw_ms), 3)
      .add("requests", static_cast<long long>(most_requests.size()))
      .add("n", rounds)
      .add("raw_ms", median(raw_ms), 1)
      .add("drydock_ms", median(drydock_ms), 1)
      .add("paired_ratio", paired_ratio(drydock_ms, raw_ms), 3)
      .add("spread", spread(raw_ms), 2)
      .print();
}

}  // namespace drydock::bench
