#include "gtest/start_outcome.h"

#include <utility>

#include "drydock/base/error.h"
#include "drydock/container/evidence.h"

#include "gtest/evidence_report.h"

namespace drydock {

void StartOutcome::attempt(const std::function<void()>& start) noexcept {
  evidence_.reset();
  check_ = check_engine();
  if (check_.verdict != EngineCheck::Verdict::Run) {
    return;
  }
  try {
    start();
  } catch (const ContainerStartError& error) {
    fail(error.what());
    evidence_ = error.evidence();
  } catch (const std::exception& error) {
    fail(error.what());
  } catch (...) {
    fail("the start of the container threw something that is no std::exception");
  }
}

void StartOutcome::fail(std::string message) {
  check_ = {EngineCheck::Verdict::Fail, std::move(message)};
}

void StartOutcome::fail_without_set_up() {
  fail(
      "the suite's container was not started: a SetUpTestSuite() of your own must call that of the class it "
      "derives from");
}

void StartOutcome::require() const {
  if (evidence_) {
    record_properties(*evidence_, 1);
  }
  apply_engine_check(check_);
}

void StartOutcome::throw_no_container(const SourceLocation& where) const {
  throw Error(ErrorCode::NotReady,
              check_.message.empty() ? "the container is used before its set-up, or after its tear-down"
                                     : check_.message,
              {.operation = "use of a shared container", .where = where});
}

}  // namespace drydock
