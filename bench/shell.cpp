// shell: `true` and `echo` through a standing shell, against the same by a plain exec in neighbouring rounds.
#include <stdexcept>
#include <string>
#include <vector>

#include "drydock/drydock.h"

#include "benchmark.h"
#include "stats.h"

namespace drydock::bench {

void run_shell(const Options& options) {
  const TestContainer standing{{.image = kBusyboxImage, .command = {"sleep", "3000"}},
                               Client{options.engine}};
  std::vector<double> open_ms;
  for (int i = 0; i < 5; ++i) {
    open_ms.push_back(measure_ms([&] { const Shell opened = standing.shell(); }));
  }
  Shell shell = standing.shell();
  const auto require = [](const ExecResult& result, const char* out) {
    if (!result.ok() || result.out != out) {
      throw std::runtime_error("a command gave something else: '" + result.out + "'");
    }
  };
  std::vector<double> exec_ms;
  std::vector<double> shell_ms;
  std::vector<double> echo_ms;
  const int rounds = options.rounds_or(200);
  interleave(
      rounds, [&] { exec_ms.push_back(measure_ms([&] { require(standing.exec({"true"}), ""); })); },
      [&] {
        shell_ms.push_back(measure_ms([&] { require(shell.run({"true"}), ""); }));
        echo_ms.push_back(measure_ms([&] { require(shell.run({"echo", "hello"}), "hello\n"); }));
      });
  ResultLine{"shell"}
      .add("median_ms", median(shell_ms), 2)
      .add("ratio", median(shell_ms) / median(exec_ms), 4)
      .add("n", rounds)
      .add("exec_ms", median(exec_ms), 2)
      .add("echo_ms", median(echo_ms), 2)
      .add("open_ms", median(open_ms), 1)
      .add("paired_ratio", paired_ratio(shell_ms, exec_ms), 4)
      .add("spread", spread(shell_ms), 2)
      .print();
}

}  // namespace drydock::bench
