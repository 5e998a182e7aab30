// The scope of a whole ctest run: one container for all test programs that ask for the same, and for all
// their suites. Not part of drydock/gtest.h: to be included by those who use it.
#pragma once

#include <gtest/gtest.h>

#include "drydock/container/shared_container.h"
#include "drydock/gtest/kept_container.h"

namespace drydock {

/// Fixture whose tests use the run's container for a spec. `T` says what to run, and may say how to share it:
///
///     struct Postgres {
///       static drydock::ContainerSpec spec() { return {.image = "postgres:16", .ports = {5432}}; }
///       static drydock::SharedOptions options() { return {.reset = drydock::reset::Exec{...}}; }
///     };
///     class OrdersTest : public drydock::SharedContainer<Postgres> {};
///
///     TEST_F(OrdersTest, AreStored) { EXPECT_EQ(connect(container().address(5432)).count("orders"), 0); }
///
/// The container is attached to before the suite's first test of each process and given back after its last;
/// see shared_container() for what that means. Where gtest_discover_tests() gives each test a process, that
/// is each test: a reset then comes before each. When it cannot be had, each test fails with the reason and
/// its body does not run. Without an engine each test fails, or is skipped where DRYDOCK_ENGINE=optional.
///
/// A derived class with a SetUpTestSuite() or TearDownTestSuite() of its own calls these.
template <class T>
class SharedContainer : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    static_cast<void>(is_declared);  // has it made when the program starts
    kept().set_up_by(&attach);
  }
  static void TearDownTestSuite() { kept().tear_down(); }

  /// Returns the suite's handle of the run's container. Throws Error when it could not be had.
  [[nodiscard]] static TestContainer& container() { return kept().get(); }

 protected:
  SharedContainer() { kept().require(); }

 private:
  static inline const bool is_declared = declare_spec(&T::spec);

  static TestContainer attach() {
    SharedOptions options;
    if constexpr (requires { T::options(); }) {
      options = T::options();
    }
    return shared_container(T::spec(), options, Client::from_environment(), {});
  }

  static KeptContainer& kept() {
    static KeptContainer kept;
    return kept;
  }
};

}  // namespace drydock
