#include "drydock/gtest/kept_container.h"

#include <exception>
#include <optional>
#include <utility>

#include "gtest/death_test_child.h"
#include "gtest/declared_images.h"
#include "gtest/evidence_report.h"

namespace drydock {

struct KeptContainer::State {
  std::function<TestContainer()> make{};  ///< empty: set_up() was not called
  SourceLocation where{};
  EngineCheck outcome{};
  std::optional<Evidence> evidence{};
  std::optional<TestContainer> container{};

  void start() noexcept;
  void fail(std::string message) { outcome = {EngineCheck::Verdict::Fail, std::move(message)}; }
};

void KeptContainer::State::start() noexcept {
  outcome = check_engine();
  if (outcome.verdict != EngineCheck::Verdict::Run) {
    return;
  }
  try {
    container.emplace(make());
  } catch (const ContainerStartError& error) {
    fail(error.what());
    evidence = error.evidence();
  } catch (const std::exception& error) {
    fail(error.what());
  } catch (...) {
    fail("the start of the container threw something that is no std::exception");
  }
}

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
    state_->fail(
        "the suite's container was not started: a SetUpTestSuite() of your own must call that of the class "
        "it "
        "derives from");
  }
  if (state_->evidence) {
    record_properties(*state_->evidence, 1);
  }
  apply_engine_check(state_->outcome);
}

const EngineCheck& KeptContainer::outcome() const {
  return state_->outcome;
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
    throw Error(ErrorCode::NotReady,
                state_->outcome.message.empty()
                    ? "the container is used before its set-up, or after its tear-down"
                    : state_->outcome.message,
                {.operation = "use of a shared container", .where = state_->where});
  }
  return *state_->container;
}

}  // namespace drydock
