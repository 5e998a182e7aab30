// What every benchmark is given and gives: options in, one result line out.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "drydock/transport/endpoint.h"

namespace drydock::bench {

struct Options {
  int rounds{0};  ///< 0: the benchmark's own default
  Endpoint engine{};
  std::string condition{};  ///< ready: only this one; empty: all
  std::string only{};       ///< clean: only this service; empty: all

  [[nodiscard]] int rounds_or(int fallback) const noexcept { return rounds > 0 ? rounds : fallback; }
};

inline constexpr const char* kBusyboxImage = "drydock-test/busybox:1";
inline constexpr const char* kProbeImage = "drydock-test/probe:1";

/// The line `NAME key=value ...` that a benchmark ends with.
class ResultLine {
 public:
  explicit ResultLine(std::string_view name) : text_(name) {}

  ResultLine& add(const char* key, double value, int decimals) {
    char number[64];
    std::snprintf(number, sizeof number, "%.*f", decimals, value);
    return add(key, std::string_view{number});
  }
  ResultLine& add(const char* key, long long value) {
    return add(key, std::string_view{std::to_string(value)});
  }
  ResultLine& add(const char* key, std::string_view value) {
    text_.append(" ").append(key).append("=").append(value);
    return *this;
  }
  /// Prints it to stdout at once, so that what runs a benchmark sees each line as it comes.
  void print() const {
    std::printf("%s\n", text_.c_str());
    std::fflush(stdout);
  }

 private:
  std::string text_;
};

/// Returns how long `work` took by the wall clock, in milliseconds.
inline double measure_ms(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Runs both once for each round, the first one first in even rounds and last in odd ones, so that neither
/// profits from the other's traces in the engine's caches.
inline void interleave(int rounds, const std::function<void()>& first, const std::function<void()>& second) {
  for (int round = 0; round < rounds; ++round) {
    (round % 2 == 0 ? first : second)();
    (round % 2 == 0 ? second : first)();
  }
}

// Each benchmark stands in the file of its name.
void run_lifecycle(const Options& options);
void run_exec(const Options& options);
void run_shell(const Options& options);
void run_ready(const Options& options);
void run_reset(const Options& options);
void run_stream(const Options& options);
void run_headers(const Options& options);
void run_reap(const Options& options);
/// The program that run_reap() kills: never returns.
void run_reap_owner(const Options& options);
void run_pool(const Options& options);
void run_parallel(const Options& options);
void run_background(const Options& options);
void run_clean(const Options& options);
void run_ctest(const Options& options);
void run_whole_test(const Options& options);
// The tests that run_ctest() has run: one that shares its container, one that has its own, all in one
// program.
void run_ctest_shared_test(const Options& options);
void run_ctest_own_test(const Options& options);
void run_ctest_one_process(const Options& options);

}  // namespace drydock::bench
