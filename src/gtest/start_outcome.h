// What became of the start of a container that tests share, for those tests that can fail or be skipped for
// it.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "drydock/container/evidence.h"
#include "drydock/gtest/engine_policy.h"

namespace drydock {

class StartOutcome {
 public:
  /// Calls `start` where there is an engine, and remembers what it threw.
  void attempt(const std::function<void()>& start) noexcept;
  /// Has it that nothing was started, because of `message`.
  void fail(std::string message);

  /// Fails or skips the test that is running, unless the start went well.
  void require() const;
  [[nodiscard]] const EngineCheck& check() const noexcept { return check_; }

 private:
  EngineCheck check_{};
  std::optional<Evidence> evidence_{};
};

}  // namespace drydock
