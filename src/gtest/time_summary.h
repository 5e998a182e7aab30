// Where the time of a test program went: by suite and phase, and what a wider scope or a pool would have
// saved. Only counts and prints; gtest/summary_listener.h feeds it. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace drydock {

class TimeSummary {
 public:
  /// Names what runs from now on, a suite as a rule. The calling thread is the tests' own: what other threads
  /// do is counted as done behind the tests.
  void enter(std::string scope);

  /// Counts a container. Two of the same `likeness` could have been one, or come from one pool.
  void created(const std::string& name, const std::string& image, const std::string& likeness);

  /// Counts a phase's time, for the scope that made the container `resource`, or the one that runs.
  void spent(std::string_view phase, std::string_view resource, std::chrono::nanoseconds duration);

  /// Returns the report, empty when nothing was counted. Times are in seconds.
  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::size_t kPhases = 6;

  struct Row {
    std::size_t containers{0};
    std::array<std::chrono::nanoseconds, kPhases> phases{};
    std::chrono::nanoseconds behind{0};
    Row& operator+=(const Row& other);
  };
  /// Containers of one likeness that tests made themselves.
  struct Kind {
    std::string image{};
    std::map<std::string, std::pair<std::size_t, std::chrono::nanoseconds>> by_scope{};
  };
  struct Origin {
    std::string scope{}, likeness{};
    bool by_tests{true};
  };

  Row& row(const std::string& scope);
  static std::string advice_on(const Kind& kind);

  mutable std::mutex mutex_;
  std::string scope_{};
  std::thread::id tests_{std::this_thread::get_id()};
  std::vector<std::pair<std::string, Row>> rows_{};  // in the order of their first use
  std::map<std::string, Kind> kinds_{};
  std::map<std::string, Origin, std::less<>> origins_{};  // by container
  std::map<std::string, std::chrono::nanoseconds, std::less<>>
      unclaimed_{};  // a create is over before created()
};

}  // namespace drydock
