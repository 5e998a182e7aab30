// stream: 1 GiB of an exec's stdout through a sink, against a raw reader; speed and processor time.
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "raw_container.h"
#include "stats.h"

namespace drydock::bench {
namespace {

constexpr std::size_t kBytes = std::size_t{1} << 30;

/// Processor time of all threads of this process, in milliseconds.
double cpu_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

struct Sample {
  std::vector<double> wall{};
  std::vector<double> cpu{};

  void take(const std::function<std::size_t()>& read_all) {
    const double cpu_before = cpu_ms();
    std::size_t bytes = 0;
    wall.push_back(measure_ms([&] { bytes = read_all(); }));
    cpu.push_back(cpu_ms() - cpu_before);
    if (bytes != kBytes) {
      throw std::runtime_error(std::to_string(bytes) + " bytes came instead of " + std::to_string(kBytes));
    }
  }
};

double megabytes_per_second(double wall_ms) {
  return static_cast<double>(kBytes) / 1e6 / (wall_ms / 1e3);
}

}  // namespace

void run_stream(const Options& options) {
  RawClient raw_client{options.engine};
  RawContainer standing{raw_client};
  const Client client{options.engine};

  Sample raw;
  Sample drydock;
  const int rounds = options.rounds_or(7);
  const auto read_raw = [&] {
    std::size_t seen = 0;
    const std::string exec = raw_client.create_exec(
        standing.id(),
        R"({"AttachStdout":true,"AttachStderr":true,"Cmd":["dd","if=/dev/zero","bs=1M","count=1024","status=none"]})");
    raw_client.run_exec_stream(exec, [&seen](std::string_view piece) { seen += piece.size(); });
    raw_client.exec_exit_code(exec);
    return seen;
  };
  const auto read_drydock = [&] {
    std::size_t seen = 0;
    ExecOptions exec;
    exec.timeout = std::chrono::minutes{5};
    exec.on_stdout = [&seen](std::string_view piece) {
      seen += piece.size();
      return true;
    };
    drydock::run_exec(client, standing.id(), {"dd", "if=/dev/zero", "bs=1M", "count=1024", "status=none"},
                      exec);
    return seen;
  };
  interleave(
      rounds, [&] { raw.take(read_raw); }, [&] { drydock.take(read_drydock); });

  ResultLine{"stream"}
      .add("ratio", median(raw.wall) / median(drydock.wall), 3)
      .add("cpu_ratio", median(drydock.cpu) / median(raw.cpu), 2)
      .add("mb_s", megabytes_per_second(median(drydock.wall)), 0)
      .add("raw_mb_s", megabytes_per_second(median(raw.wall)), 0)
      .add("n", rounds)
      .add("cpu_ms", median(drydock.cpu), 0)
      .add("raw_cpu_ms", median(raw.cpu), 0)
      .add("paired_ratio", paired_ratio(raw.wall, drydock.wall), 3)
      .add("spread", spread(raw.wall), 2)
      .print();
}

}  // namespace drydock::bench
