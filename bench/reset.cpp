// reset: each way back to a clean container against removing it and making a new one by raw calls; and
// whether a container starts from a snapshot as fast as from its image.
#include "drydock/container/reset.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drydock/container/snapshot.h"
#include "drydock/drydock.h"

#include "benchmark.h"
#include "raw_container.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr const char* kDirty = "echo x > /dirt; echo x > /data/dirt";

ContainerSpec box(const std::string& image, const TestVolume* volume = nullptr) {
  ContainerSpec spec{.image = image, .command = {"sleep", "3600"}};
  if (volume != nullptr) {
    spec.mounts = {Mount::volume(volume->name(), "/data")};
  }
  return spec;
}

struct Case {
  const char* name;
  TestContainer& container;
  Reset policy;
};

// Measures one policy; each round dirties the container first, which is not measured.
void measure_policy(const Case& item, RawClient& raw_client, int rounds) {
  std::optional<RawContainer> raw{std::in_place, raw_client};
  std::vector<double> raw_ms;
  std::vector<double> reset_ms;
  interleave(
      rounds,
      [&] {
        raw_ms.push_back(measure_ms([&] {
          raw->remove();
          raw.emplace(raw_client);
        }));
      },
      [&] {
        item.container.sh(kDirty);
        reset_ms.push_back(measure_ms([&] { item.container.reset(item.policy); }));
      });
  ResultLine{"reset"}
      .add("policy", std::string_view{item.name})
      .add("ratio", median(reset_ms) / median(raw_ms), 3)
      .add("n", rounds)
      .add("raw_recreate_ms", median(raw_ms), 1)
      .add("reset_ms", median(reset_ms), 1)
      .add("paired_ratio", paired_ratio(reset_ms, raw_ms), 3)
      .add("spread", spread(raw_ms), 2)
      .print();
}

void measure_start(const Client& client, const Snapshot& snapshot, int rounds) {
  std::vector<double> plain_ms;
  std::vector<double> snapshot_ms;
  const auto start = [&](const std::string& image, std::vector<double>& into) {
    std::optional<TestContainer> container;
    into.push_back(measure_ms([&] { container.emplace(box(image), client); }));
  };
  interleave(
      rounds, [&] { start(kBusyboxImage, plain_ms); }, [&] { start(snapshot.image(), snapshot_ms); });
  ResultLine{"reset"}
      .add("snapshot_to_plain_start", median(snapshot_ms) / median(plain_ms), 3)
      .add("n", rounds)
      .add("plain_ms", median(plain_ms), 1)
      .add("snapshot_ms", median(snapshot_ms), 1)
      .add("paired_ratio", paired_ratio(snapshot_ms, plain_ms), 3)
      .add("spread", spread(plain_ms), 2)
      .print();
}

}  // namespace

void run_reset(const Options& options) {
  RawClient raw_client{options.engine};
  const Client client{options.engine};
  const TestVolume volume{{}, client};
  TestContainer plain{box(kBusyboxImage), client};
  TestContainer mounted{box(kBusyboxImage, &volume), client};
  // 100 files, some to be there after each reset.
  mounted.sh("for i in $(seq 100); do head -c 4096 /dev/zero > /data/$i; done; echo prepared > /prepared");
  const Snapshot snapshot = mounted.snapshot();
  const VolumeSnapshot contents{mounted, volume.name()};
  plain.sh("mkdir -p /data");

  const std::vector<std::string> clean_up{"rm", "-f", "/dirt", "/data/dirt"};
  const int rounds = options.rounds_or(40);
  measure_policy({"recreate", plain, reset::Recreate{}}, raw_client, rounds);
  measure_policy({"restart", plain, reset::Restart{.grace = std::chrono::seconds{0}}}, raw_client, rounds);
  measure_policy({"exec", plain, reset::Exec{.argv = clean_up}}, raw_client, rounds);
  measure_policy({"snapshot", mounted, reset::FromSnapshot{.image = snapshot.image()}}, raw_client, rounds);
  measure_policy({"volume", mounted, reset::FromSnapshot{.volumes = {contents}}}, raw_client, rounds);
  measure_start(client, snapshot, rounds);
}

}  // namespace drydock::bench
