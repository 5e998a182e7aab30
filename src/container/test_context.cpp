#include "drydock/container/test_context.h"

#include <algorithm>
#include <mutex>

#include "base/per_process.h"
#include "container/container_guard.h"
#include "container/kept_evidence.h"
#include "container/registry.h"

namespace drydock {
namespace {

struct State {
  // A forked child goes on with its parent's test, unless another thread was just setting one.
  explicit State(State* inherited) {
    if (inherited != nullptr && inherited->mutex.try_lock()) {
      context = inherited->context;
      inherited->mutex.unlock();
    }
  }

  std::mutex mutex;
  std::optional<TestContext> context;
  std::vector<Evidence> kept;
  std::uint64_t generation{0};  // counts the tests
};

PerProcess<State> states;

std::vector<Evidence> take_kept() {
  State& state = states.get();
  const std::lock_guard lock{state.mutex};
  return std::exchange(state.kept, {});
}

bool has(const std::vector<Evidence>& evidence, const ContainerId& id) {
  return std::any_of(evidence.begin(), evidence.end(), [&](const Evidence& one) { return one.id == id; });
}

}  // namespace

void set_test_context(std::optional<TestContext> context) {
  State& state = states.get();
  const std::lock_guard lock{state.mutex};
  if (context) {
    state.kept.clear();  // of an earlier test: nobody asked for it
    ++state.generation;
  }
  state.context = std::move(context);
}

std::optional<TestContext> test_context() {
  State& state = states.get();
  const std::lock_guard lock{state.mutex};
  return state.context;
}

void keep_evidence(Evidence evidence) {
  State& state = states.get();
  const std::lock_guard lock{state.mutex};
  state.kept.push_back(std::move(evidence));
}

std::uint64_t test_generation() {
  State& state = states.get();
  const std::lock_guard lock{state.mutex};
  return state.generation;
}

std::vector<Evidence> failure_evidence() {
  std::vector<Evidence> found = take_kept();
  for (const std::shared_ptr<OwnedObject>& object : Registry::of_this_process().held()) {
    if (const auto guard = std::dynamic_pointer_cast<ContainerGuard>(object)) {
      // Several guards may borrow one container.
      if (guard->is_borrowed() && has(found, guard->id())) {
        continue;
      }
      if (std::optional<Evidence> evidence = guard->take_evidence()) {
        found.push_back(*std::move(evidence));
      }
    }
  }
  return found;
}

}  // namespace drydock
