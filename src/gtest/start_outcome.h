// What became of the start of a container that tests share, for those tests that can fail or be skipped for
// it.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "drydock/base/source_location.h"
#include "drydock/container/evidence.h"
#include "drydock/gtest/engine_policy.h"

namespace drydock {

class StartOutcome {
 public:
  /// Calls `start` where there is an engine, and remembers what it threw.
  void attempt(const std::function<void()>& start) noexcept;
  /// Has it that nothing was started, because of `message`.
  void fail(std::string message);
  /// The same for a suite whose fixture has a SetUpTestSuite() of its own, which did not call the one that
  /// starts.
  void fail_without_set_up();

  /// Fails or skips the test that is running, unless the start went well.
  void require() const;
  /// Throws Error NotReady with the reason why there is no container to use.
  [[noreturn]] void throw_no_container(const SourceLocation& where) const;
  [[nodiscard]] const EngineCheck& check() const noexcept { return check_; }

 private:
  EngineCheck check_{};
  std::optional<Evidence> evidence_{};
};

}  // namespace drydock
