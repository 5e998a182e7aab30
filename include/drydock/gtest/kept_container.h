// A container that several tests share, with what became of its start: the part of SuiteContainer and
// ContainerEnvironment that knows GoogleTest's rules. Not a guard for use in tests.
#pragma once

#include <functional>
#include <memory>

#include "drydock/container/test_container.h"
#include "drydock/gtest/engine_policy.h"

namespace drydock {

/// Starts a container, or remembers why it did not start until a test is running that can fail or be skipped
/// for it: a skip in SetUpTestSuite() or Environment::SetUp() lets the bodies run or ends the run as passed.
///
/// In the child process of a threadsafe death test, which runs every set-up again, the container is started
/// only when it is used. One thread at a time until set_up() has returned.
class KeptContainer {
 public:
  KeptContainer();
  ~KeptContainer();
  KeptContainer(const KeptContainer&) = delete;
  KeptContainer& operator=(const KeptContainer&) = delete;

  /// Starts what `spec` returns. Throws nothing; outcome() tells.
  void set_up(std::function<ContainerSpec()> spec, SourceLocation where = {});
  /// The same for a container that `start` starts, or borrows.
  void set_up_by(std::function<TestContainer()> start, SourceLocation where = {});
  /// Removes the container, or gives it back. Throws nothing; what could not be done is reported through the
  /// log.
  void tear_down();

  /// Fails or skips the test that is running, or the program when none is, when the container did not start.
  void require() const;

  /// Returns what became of set_up(): Run, or why the tests must fail or be skipped.
  [[nodiscard]] const EngineCheck& outcome() const;

  /// Returns the container. Throws Error NotReady, with the reason.
  [[nodiscard]] TestContainer& get();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Notes a suite's spec for the listing of images (DRYDOCK_LIST_IMAGES), which alone calls it. Returns true.
bool declare_spec(std::function<ContainerSpec()> spec);

}  // namespace drydock
