// reap: from the SIGKILL of a program with a container, a network and a volume to the removal of the last of
// them by its watchdog; beside it, the removal of the same three by raw calls.
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "container/engine_objects.h"
#include "container/owner.h"
#include "raw_client.h"
#include "stats.h"
#include "support/child_process.h"

namespace drydock::bench {
namespace {

constexpr std::chrono::seconds kPatience{60};

ContainerSpec spec_with(const std::string& network, const std::string& volume) {
  return {.image = kBusyboxImage,
          .command = {"sleep", "3600"},
          .mounts = {Mount::volume(volume, "/data")},
          .networks = {{.network = network}}};
}

std::size_t count_left(const Client& client, const std::string& filter) {
  std::size_t left = 0;
  for (const ObjectKind kind : kRemovalOrder) {
    left += find_objects(client, kind, filter).size();
  }
  return left;
}

// Returns how long it took until the engine had nothing that the owner made.
double time_to_nothing(const Client& client, const std::string& filter) {
  return measure_ms([&] {
    const Deadline deadline = Deadline::in(kPatience);
    while (count_left(client, filter) > 0) {
      if (deadline.expired()) {
        throw std::runtime_error("not all was removed within a minute: " + filter);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  });
}

double reap_once(const Client& client, std::size_t& left) {
  ChildProcess owner{{"/proc/self/exe", "reap-owner", "--engine", client.endpoint().to_string()}};
  const std::string filter = "drydock.owner=" + owner.hear("owner ");
  owner.kill(SIGKILL);
  const double took = time_to_nothing(client, filter);
  owner.wait_process();
  left += count_left(client, filter);
  return took;
}

double remove_raw(RawClient& raw, const Client& client) {
  const std::string name = "drydock-bench-reap-" + std::to_string(::getpid());
  const std::string network = client.networks().create({.name = name});
  client.volumes().create({.name = name});
  const ContainerId container =
      client.containers().create({.body = create_body(spec_with(network, name))}).id;
  client.containers().start(container);
  return measure_ms([&] {
    raw.call("DELETE", "/containers/" + container + "?force=1&v=1");
    raw.call("DELETE", "/networks/" + network);
    raw.call("DELETE", "/volumes/" + name);
  });
}

}  // namespace

void run_reap_owner(const Options& options) {
  const Client client{options.engine};
  const TestNetwork network{{}, client};
  const TestVolume volume{{}, client};
  const TestContainer container{spec_with(network.name(), volume.name()), client};
  std::printf("owner %s\n", Owner::of_this_process().to_text().c_str());
  std::fflush(stdout);
  for (;;) {
    ::pause();
  }
}

void run_reap(const Options& options) {
  const Client client{options.engine};
  RawClient raw{options.engine};
  std::vector<double> reaped_ms;
  std::vector<double> raw_ms;
  std::size_t left = 0;
  interleave(
      options.rounds_or(20), [&] { raw_ms.push_back(remove_raw(raw, client)); },
      [&] { reaped_ms.push_back(reap_once(client, left)); });
  ResultLine{"reap"}
      .add("deaths", static_cast<long long>(reaped_ms.size()))
      .add("median_ms", median(reaped_ms), 0)
      .add("max_ms", quantile(reaped_ms, 1), 0)
      .add("left", static_cast<long long>(left))
      .add("ratio", median(reaped_ms) / median(raw_ms), 2)
      .add("raw_ms", median(raw_ms), 0)
      .add("spread", spread(raw_ms), 2)
      .print();
}

}  // namespace drydock::bench
