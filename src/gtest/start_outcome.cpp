#include "gtest/start_outcome.h"

#include <utility>

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

void StartOutcome::require() const {
  if (evidence_) {
    record_properties(*evidence_, 1);
  }
  apply_engine_check(check_);
}

}  // namespace drydock
