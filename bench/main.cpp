// Runs one benchmark by name. scripts/bench builds this program and calls it.
#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "drydock/transport/discovery.h"

#include "benchmark.h"

namespace drydock::bench {
namespace {

struct Entry {
  const char* name;
  void (*run)(const Options&);
  bool needs_engine;
};

constexpr Entry kBenchmarks[] = {
    {"lifecycle", run_lifecycle, true},
    {"exec", run_exec, true},
    {"shell", run_shell, true},
    {"ready", run_ready, true},
    {"stream", run_stream, true},
    {"headers", run_headers, false},
    {"reap", run_reap, true},
    {"reap-owner", run_reap_owner, true},
    {"pool", run_pool, true},
    {"parallel", run_parallel, true},
    {"background", run_background, true},
    {"reset", run_reset, true},
#ifdef DRYDOCK_BENCH_CLEAN
    {"clean", run_clean, true},
#endif
    {"ctest", run_ctest, true},
    {"whole_test", run_whole_test, true},
    {"ctest-shared-test", run_ctest_shared_test, true},
    {"ctest-own-test", run_ctest_own_test, true},
    {"ctest-one-process", run_ctest_one_process, true},
};

int print_usage() {
  std::fputs(
      "usage: drydock_bench NAME [--rounds N] [--engine HOST] [--condition "
      "log|port|http|health|exec] [--only SERVICE]\nnames:",
      stderr);
  for (const Entry& entry : kBenchmarks) {
    std::fprintf(stderr, " %s", entry.name);
  }
  std::fputs("\n", stderr);
  return 2;
}

int parse_rounds(std::string_view text) {
  int rounds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rounds);
  if (error != std::errc{} || end != text.data() + text.size() || rounds < 1) {
    throw std::runtime_error("'" + std::string{text} + "' is not a number of rounds");
  }
  return rounds;
}

Endpoint find_engine() {
  const Discovery discovery = discover_engine();
  if (!discovery.endpoint) {
    throw std::runtime_error("no engine answers; name one with --engine\n" + discovery.table());
  }
  return *discovery.endpoint;
}

int run(int argc, char** argv) {
  const Entry* chosen = nullptr;
  for (const Entry& entry : kBenchmarks) {
    if (argc > 1 && std::string_view{argv[1]} == entry.name) {
      chosen = &entry;
    }
  }
  if (chosen == nullptr || argc % 2 != 0) {
    return print_usage();
  }
  Options options;
  std::string engine;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view option{argv[i]};
    if (option == "--rounds") {
      options.rounds = parse_rounds(argv[i + 1]);
    } else if (option == "--engine") {
      engine = argv[i + 1];
    } else if (option == "--condition") {
      options.condition = argv[i + 1];
    } else if (option == "--only") {
      options.only = argv[i + 1];
    } else {
      return print_usage();
    }
  }
  if (chosen->needs_engine) {
    options.engine = engine.empty() ? find_engine() : Endpoint::parse(engine);
  }
  chosen->run(options);
  return 0;
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  try {
    return drydock::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
