#include "drydock/gtest/fresh_container.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "drydock/observability/log.h"

#include "container/container_slot.h"
#include "container/guard_access.h"
#include "container/made_ahead.h"
#include "container/process_watch.h"
#include "container/replacement.h"
#include "gtest/death_test_child.h"
#include "gtest/start_outcome.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kShellLimit{60};

bool can_be_there_twice(const ContainerSpec& spec) {
  return spec.name.empty() && most_containers() == 0 &&
         std::none_of(spec.ports.begin(), spec.ports.end(), [](const Port& port) { return port.host != 0; });
}

void open_shell(const TestContainer& box) {
  GuardAccess::guard(box).open_shell(Deadline::in(kShellLimit));
}

// Whether the test has left the guard its container.
bool is_ours(const TestContainer& box) {
  try {
    return GuardAccess::guard(box).is_held();
  } catch (const InvalidArgumentError&) {
    return false;  // moved from, or released
  }
}

// Whether one that was made ready a while ago still runs. Without a request where the kernel knows.
bool still_runs(const TestContainer& box) {
  const auto seen = GuardAccess::guard(box).details();
  const ProcessWatch watch{seen ? seen->state.pid : 0, box.id()};
  return watch.is_alive().value_or(false) || box.inspect().state.running;
}

}  // namespace

struct FreshContainer::State {
  bool opens_shells{false};
  std::function<ContainerSpec()> spec{};  ///< empty: set_up() was not called
  SourceLocation where{};
  StartOutcome outcome{};
  std::optional<TestContainer> container{};
  bool has_started{false};  ///< at least once: a start that never went well is not tried for each test
  int tests_begun{0};
  // What is prepared; at most one of the two. Declared last: waits for its thread before the rest goes.
  std::future<Successor> successor{};
  std::future<std::optional<TestContainer>> spare{};

  void start_anew();
  void renew();
  void prepare(std::string suite);
  template <typename Value>
  Value taken(std::future<Value>& prepared) noexcept;
};

void FreshContainer::State::start_anew() {
  container.reset();
  container.emplace(spec(), Client::from_environment(), where);
  has_started = true;
  if (opens_shells) {
    open_shell(*container);
  }
}

// Returns what a preparation has made, an empty value where it failed.
template <typename Value>
Value FreshContainer::State::taken(std::future<Value>& prepared) noexcept {
  if (!prepared.valid()) {
    return {};
  }
  try {
    return prepared.get();
  } catch (const std::exception& error) {
    log::info(fmt::format("the next test's container could not be prepared: {}", error.what()));
    return {};
  }
}

void FreshContainer::State::renew() {
  Successor next = taken(successor);
  std::optional<TestContainer> ready = taken(spare);
  if (ready && still_runs(*ready)) {
    GuardAccess::guard(*ready).set_reported(true);
    container = std::move(ready);
    return;
  }
  if (!container || !is_ours(*container) || !container->spec().standing_network) {
    start_anew();
    return;
  }
  try {
    replace(*container, {.successor = std::move(next), .as_by_destructor = true});
    if (opens_shells) {
      open_shell(*container);
    }
  } catch (...) {
    container.reset();  // it was removed, or goes now
    throw;
  }
}

// What is made while one test of the suite runs is for another one.
void FreshContainer::State::prepare(std::string suite) {
  const ContainerSpec& now = container->spec();
  if (now.standing_network) {
    successor = std::async(std::launch::async, [suite = std::move(suite),
                                                guard = GuardAccess::guard(*container).shared_from_this()] {
      const MadeAhead ahead{suite};
      return create_successor(static_cast<ContainerGuard&>(*guard));
    });
  } else if (can_be_there_twice(now)) {
    spare = std::async(std::launch::async, [suite = std::move(suite), next = spec(), place = where,
                                            with_shell = opens_shells] {
      const MadeAhead ahead{suite};
      std::optional<TestContainer> box{TestContainer{next, Client::from_environment(), place}};
      if (with_shell) {
        open_shell(*box);
      }
      GuardAccess::guard(*box).set_reported(false);  // a failing test did not use it
      return box;
    });
  }
}

FreshContainer::FreshContainer() : state_(std::make_unique<State>()) {}

FreshContainer::~FreshContainer() = default;

void FreshContainer::open_shells() noexcept {
  state_->opens_shells = true;
}

void FreshContainer::set_up(std::function<ContainerSpec()> spec, SourceLocation where) {
  const bool opens_shells = state_->opens_shells;
  tear_down();
  state_->opens_shells = opens_shells;
  state_->spec = std::move(spec);
  state_->where = where;
  if (!in_death_test_child()) {
    state_->outcome.attempt([this] { state_->start_anew(); });
  }
}

void FreshContainer::begin_test() {
  if (!state_->spec) {
    state_->outcome.fail_without_set_up();
  } else if (state_->tests_begun > 0 && state_->has_started) {
    state_->outcome.attempt([this] { state_->renew(); });
  }
  ++state_->tests_begun;
  state_->outcome.require();
  const ::testing::TestSuite* const suite = ::testing::UnitTest::GetInstance()->current_test_suite();
  if (state_->container && suite != nullptr && state_->tests_begun < suite->test_to_run_count()) {
    try {
      state_->prepare(suite->name());
    } catch (const std::exception& error) {  // no thread to be had
      log::info(fmt::format("the next test's container is not prepared: {}", error.what()));
    }
  }
}

void FreshContainer::tear_down() {
  state_ = std::make_unique<State>();
}

TestContainer& FreshContainer::get() {
  if (!state_->container && state_->spec && in_death_test_child()) {
    state_->outcome.attempt([this] { state_->start_anew(); });
  }
  if (!state_->container) {
    state_->outcome.throw_no_container(state_->where);
  }
  return *state_->container;
}

}  // namespace drydock
