// ctest: 40 tests that need one service with a start of one second, each a program of its own under `ctest
// -j2` that share a container; beside them the same tests in one program, and under the same ctest with a
// container each.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "drydock/container/shared_container.h"
#include "drydock/drydock.h"

#include "base/random.h"
#include "base/text.h"
#include "benchmark.h"
#include "container/engine_objects.h"
#include "raw_client.h"
#include "stats.h"
#include "support/child_process.h"
#include "support/scratch_directory.h"

namespace drydock::bench {
namespace {

constexpr int kTests = 40;
constexpr std::chrono::seconds kAfterwards{2};  // by then nothing may be left of a run
constexpr std::chrono::minutes kLimit{10};
constexpr const char* kLabel = "bench.ctest";
constexpr const char* kLabelVariable = "DRYDOCK_BENCH_LABEL";

std::string label() {
  const char* const value = std::getenv(kLabelVariable);
  return value == nullptr ? "none" : value;
}

ContainerSpec service() {
  return {.image = kBusyboxImage,
          .command = {"sh", "-c", "sleep 1; exec httpd -f -p 8080"},
          .ports = {8080},
          .labels = {{kLabel, label()}},
          .ready = {wait::PortOpen{.port = 8080}}};
}

void test(const TestContainer& container) {
  container.wait_for(wait::PortOpen{.port = 8080});
}

// What CMake writes for add_test(), once for each test.
void write_tests(const std::filesystem::path& folder, const char* program, const Options& options) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::ofstream file{folder / "CTestTestfile.cmake"};
  for (int i = 0; i < kTests; ++i) {
    file << "add_test(test" << i << " \"" << self << "\" " << program << " --engine \""
         << options.engine.to_string() << "\")\n";
  }
}

// One way to run the tests: how long it took, how many containers were started for it, and what was left.
struct Outcome {
  std::vector<double> took_ms{};
  long long starts{0}, left{0};
};

class Way {
 public:
  Way(const Options& options, const char* program, bool by_ctest)
      : options_(options), program_(program), by_ctest_(by_ctest) {}

  void run(Outcome& outcome) const {
    const std::string own_label = random_hex(8);
    const ScratchDirectory folder;
    write_tests(folder.path(), program_, options_);
    std::vector<std::string> argv{"/proc/self/exe", program_, "--engine", options_.engine.to_string()};
    if (by_ctest_) {
      argv = {"ctest", "--test-dir", folder.path().string(), "-j2", "--output-on-failure"};
    }
    const auto begin = std::chrono::system_clock::now();
    outcome.took_ms.push_back(measure_ms([&] {
      ChildProcess child{argv, {{kLabelVariable, own_label}}};
      if (child.wait(std::chrono::duration_cast<std::chrono::seconds>(kLimit)).exit_code != 0) {
        throw std::runtime_error("the tests failed:\n" + child.output());
      }
    }));
    outcome.starts += starts_since(begin, own_label);
    outcome.left += left_after(own_label);
  }

 private:
  // By the engine's log of events, which holds the last 256 of all that use it: enough for a run that shares.
  [[nodiscard]] long long starts_since(std::chrono::system_clock::time_point begin,
                                       const std::string& own_label) const {
    const auto seconds = [](std::chrono::system_clock::time_point point) {
      return std::to_string(
          std::chrono::duration_cast<std::chrono::seconds>(point.time_since_epoch()).count());
    };
    const std::string filters = R"({"event":["start"],"type":["container"],"label":[")" +
                                std::string{kLabel} + "=" + own_label + R"("]})";
    RawClient raw{options_.engine};
    const RawResponse events =
        raw.call("GET", "/events?since=" + seconds(begin) +
                            "&until=" + seconds(std::chrono::system_clock::now() + std::chrono::seconds{1}) +
                            "&filters=" + text::percent_encode(filters));
    long long starts = 0;
    for (const std::string& line : text::split(events.body, '\n')) {
      starts += line.find("\"start\"") != std::string::npos ? 1 : 0;
    }
    return starts;
  }

  [[nodiscard]] long long left_after(const std::string& own_label) const {
    const Client client{options_.engine};
    const Deadline deadline = Deadline::in(kAfterwards);
    for (;;) {
      const std::size_t left =
          find_objects(client, ObjectKind::Container, std::string{kLabel} + "=" + own_label).size();
      if (left == 0 || deadline.expired()) {
        return static_cast<long long>(left);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

  const Options& options_;
  const char* program_;
  bool by_ctest_;
};

}  // namespace

void run_ctest_shared_test(const Options& options) {
  test(shared_container(service(), {}, Client{options.engine}));
}

void run_ctest_own_test(const Options& options) {
  test(TestContainer{service(), Client{options.engine}});
}

void run_ctest_one_process(const Options& options) {
  const TestContainer container{service(), Client{options.engine}};
  for (int i = 0; i < kTests; ++i) {
    test(container);
  }
}

void run_ctest(const Options& options) {
  Outcome shared;
  Outcome one_process;
  Outcome per_test;
  for (int round = 0; round < options.rounds_or(3); ++round) {
    Way{options, "ctest-shared-test", true}.run(shared);
    Way{options, "ctest-one-process", false}.run(one_process);
    Way{options, "ctest-own-test", true}.run(per_test);
  }
  const auto rounds = static_cast<long long>(shared.took_ms.size());
  ResultLine{"ctest"}
      .add("starts", static_cast<double>(shared.starts) / static_cast<double>(rounds), 2)
      .add("vs_one_process", median(shared.took_ms) / median(one_process.took_ms), 2)
      .add("vs_per_test", median(per_test.took_ms) / median(shared.took_ms), 1)
      .add("left", shared.left + one_process.left + per_test.left)
      .add("n", rounds)
      .add("shared_ms", median(shared.took_ms), 0)
      .add("one_process_ms", median(one_process.took_ms), 0)
      .add("per_test_ms", median(per_test.took_ms), 0)
      .print();
}

}  // namespace drydock::bench
