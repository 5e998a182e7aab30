// A container that is another one for each test of a suite: the part of SuiteContainer with `fresh_per_test`
// that knows GoogleTest's rules. Not a guard for use in tests.
#pragma once

#include <functional>
#include <memory>

#include "drydock/container/test_container.h"

namespace drydock {

/// Prepares the next test's container while a test runs, on a thread of its own:
/// - on a standing network it is created, and started in the place of the one before when that one is gone:
///   the address stays;
/// - else it is started and made ready beside the one before, at an address of its own. A spec with a name or
///   a fixed host port cannot be there twice: its containers follow each other, and nothing is prepared.
///
/// Its label drydock.test is the suite's name, for it is made while another test runs.
///
/// Nothing is prepared for the last test, for the first before it was there, and under
/// DRYDOCK_MAX_CONTAINERS. A preparation that fails is done again when the test asks for its container. One
/// thread at a time.
class FreshContainer {
 public:
  FreshContainer();
  ~FreshContainer();
  FreshContainer(const FreshContainer&) = delete;
  FreshContainer& operator=(const FreshContainer&) = delete;

  /// Has the standing shell of ExecMode::Fast opened with each container. Before set_up().
  void open_shells() noexcept;

  /// Notes what to run, and starts the first one: it is the first test's. Throws nothing; begin_test() tells.
  void set_up(std::function<ContainerSpec()> spec, SourceLocation where = {});
  /// Gives the test that begins a container that no test has used. Fails or skips it where that cannot be.
  void begin_test();
  /// Removes what there is. Throws nothing.
  void tear_down();

  /// Returns the running test's container. Throws Error NotReady, with the reason.
  [[nodiscard]] TestContainer& get();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
