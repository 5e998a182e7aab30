#include "drydock/gtest/kept_container.h"

#include <functional>
#include <optional>
#include <utility>

#include "gtest/death_test_child.h"
#include "gtest/declared_images.h"
#include "gtest/start_outcome.h"

namespace drydock {

struct KeptContainer::State {
  std::function<TestContainer()> make{};  ///< empty: set_up() was not called
  SourceLocation where{};
  StartOutcome outcome{};
  std::optional<TestContainer> container{};

  void start() noexcept {
    outcome.attempt([this] { container.emplace(make()); });
  }
};

KeptContainer::KeptContainer() : state_(std::make_unique<State>()) {}

KeptContainer::~KeptContainer() = default;

void KeptContainer::set_up(std::function<ContainerSpec()> spec, SourceLocation where) {
  set_up_by(
      [spec = std::move(spec), where] {
        return TestContainer{spec(), Client::from_environment(), where};
      },
      where);
}

void KeptContainer::set_up_by(std::function<TestContainer()> start, SourceLocation where) {
  *state_ = State{.make = std::move(start), .where = where};
  if (!in_death_test_child()) {
    state_->start();
  }
}

void KeptContainer::tear_down() {
  *state_ = State{};
}

void KeptContainer::require() const {
  if (!state_->make) {
    state_->outcome.fail_without_set_up();
  }
  state_->outcome.require();
}

const EngineCheck& KeptContainer::outcome() const {
  return state_->outcome.check();
}

bool declare_spec(std::function<ContainerSpec()> spec) {
  note_spec(std::move(spec));
  return true;
}

TestContainer& KeptContainer::get() {
  if (!state_->container && state_->make && in_death_test_child()) {
    state_->start();
  }
  if (!state_->container) {
    state_->outcome.throw_no_container(state_->where);
  }
  return *state_->container;
}

}  // namespace drydock
