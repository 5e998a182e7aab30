// The scope of one test suite: one container, started before the first test of the suite and removed after
// the last.
#pragma once

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/gtest/kept_container.h"

namespace drydock {

/// Fixture whose tests share one container. `T` says what to run:
///
///     struct Redis {
///       static drydock::ContainerSpec spec() { return {.image = "redis:7", .ports = {6379}}; }
///     };
///     class CacheTest : public drydock::SuiteContainer<Redis> {};
///
///     TEST_F(CacheTest, Answers) {
///       EXPECT_THAT(container().exec({"redis-cli", "ping"}), drydock::Succeeded());
///     }
///
/// When it cannot be started, each test of the suite fails with the reason and its body does not run. Without
/// an engine each test fails, or is skipped where DRYDOCK_ENGINE=optional. Each suite that derives from it
/// has its own turn: two suites over one `T` start the container twice.
///
/// A derived class with a SetUpTestSuite() or TearDownTestSuite() of its own calls these.
template <class T>
class SuiteContainer : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    static_cast<void>(is_declared);  // has it made when the program starts
    kept().set_up(&T::spec);
  }
  static void TearDownTestSuite() { kept().tear_down(); }

  /// Returns the suite's container. Throws Error when it was not started.
  [[nodiscard]] static TestContainer& container() { return kept().get(); }

 protected:
  SuiteContainer() { kept().require(); }

 private:
  static inline const bool is_declared = declare_spec(&T::spec);

  static KeptContainer& kept() {
    static KeptContainer kept;
    return kept;
  }
};

}  // namespace drydock
