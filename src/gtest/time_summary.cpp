#include "gtest/time_summary.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "observability/phase.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, 6> kNames{phase::kPull, phase::kCreate, phase::kStart,
                                                 phase::kWait, phase::kExec,   phase::kRemove};
// Savings below this are no advice.
constexpr std::chrono::milliseconds kWorthSaying{50};

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

// What a container of one's own costs a test: all but the pull, which comes once, and its commands.
bool is_of_life(std::string_view phase) {
  return phase != phase::kPull && phase != phase::kExec;
}

std::chrono::nanoseconds all_but_one(std::size_t count, std::chrono::nanoseconds time) {
  return count == 0 ? time : time - time / static_cast<std::int64_t>(count);
}

}  // namespace

TimeSummary::Row& TimeSummary::Row::operator+=(const Row& other) {
  containers += other.containers;
  for (std::size_t i = 0; i < kPhases; ++i) {
    phases[i] += other.phases[i];
  }
  behind += other.behind;
  return *this;
}

void TimeSummary::enter(std::string scope) {
  const std::lock_guard lock{mutex_};
  scope_ = std::move(scope);
  tests_ = std::this_thread::get_id();
}

TimeSummary::Row& TimeSummary::row(const std::string& scope) {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const auto& one) { return one.first == scope; });
  return found != rows_.end() ? found->second : rows_.emplace_back(scope, Row{}).second;
}

void TimeSummary::created(const std::string& name, const std::string& image, const std::string& likeness) {
  const std::lock_guard lock{mutex_};
  const bool by_tests = std::this_thread::get_id() == tests_;
  origins_[name] = {.scope = scope_, .likeness = likeness, .by_tests = by_tests};
  ++row(scope_).containers;
  if (by_tests) {
    Kind& kind = kinds_[likeness];
    kind.image = image;
    auto& [count, time] = kind.by_scope[scope_];
    ++count;
    time += std::exchange(unclaimed_[name], std::chrono::nanoseconds{0});
  }
}

void TimeSummary::spent(std::string_view phase, std::string_view resource,
                        std::chrono::nanoseconds duration) {
  const auto which = std::find(kNames.begin(), kNames.end(), phase);
  if (which == kNames.end()) {
    return;
  }
  const std::lock_guard lock{mutex_};
  const auto origin = origins_.find(resource);
  Row& of = row(origin != origins_.end() ? origin->second.scope : scope_);
  if (std::this_thread::get_id() != tests_) {
    of.behind += duration;
    return;
  }
  of.phases[static_cast<std::size_t>(which - kNames.begin())] += duration;
  if (!is_of_life(phase)) {
    return;
  }
  if (origin == origins_.end() ||
      phase == phase::kCreate) {  // a reset's new container has the old one's name
    unclaimed_[std::string{resource}] += duration;
  } else if (origin->second.by_tests) {
    kinds_[origin->second.likeness].by_scope[origin->second.scope].second += duration;
  }
}

std::string TimeSummary::advice_on(const Kind& kind) {
  std::size_t count = 0;
  std::chrono::nanoseconds time{0}, by_suite{0};
  for (const auto& [scope, use] : kind.by_scope) {
    count += use.first;
    time += use.second;
    by_suite += all_but_one(use.first, use.second);
  }
  const std::chrono::nanoseconds by_program = all_but_one(count, time);
  if (count < 2 || by_program < kWorthSaying) {
    return "";
  }
  std::string text =
      fmt::format("  {} containers of '{}' were alike, and took {:.2f} s to come and go:", count, kind.image,
                  seconds(time));
  if (by_suite >= kWorthSaying) {
    text += fmt::format("\n    one for each suite (SuiteContainer) saves about {:.2f} s", seconds(by_suite));
  }
  text += fmt::format("\n    one for the program (add_container) saves about {:.2f} s", seconds(by_program));
  text += fmt::format("\n    a pool (ContainerPool), with a clean one for each test, saves up to {:.2f} s\n",
                      seconds(by_program));
  return text;
}

std::string TimeSummary::text() const {
  const std::lock_guard lock{mutex_};
  if (rows_.empty()) {
    return "";
  }
  std::size_t width = 5;
  Row all;
  for (const auto& [scope, row] : rows_) {
    width = std::max(width, scope.size());
    all += row;
  }
  std::string text = "Drydock: where the time went, in seconds\n";
  text += fmt::format("  {:<{}}  containers", "", width);
  for (const std::string_view name : kNames) {
    text += fmt::format("{:>9}", name);
  }
  text += "   behind\n";
  const auto line = [&](const std::string& scope, const Row& row) {
    text += fmt::format("  {:<{}}  {:>10}", scope, width, row.containers);
    for (const std::chrono::nanoseconds spent : row.phases) {
      text += fmt::format("{:>9.2f}", seconds(spent));
    }
    text += fmt::format("{:>9.2f}\n", seconds(row.behind));
  };
  for (const auto& [scope, row] : rows_) {
    line(scope, row);
  }
  line("total", all);
  for (const auto& [likeness, kind] : kinds_) {
    text += advice_on(kind);
  }
  return text;
}

}  // namespace drydock
