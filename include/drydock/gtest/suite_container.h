// The scope of one test suite: one container, started before the first test of the suite and removed after
// the last; or, by choice, a fresh one for each of its tests.
#pragma once

#include <type_traits>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/gtest/fresh_container.h"
#include "drydock/gtest/kept_container.h"

namespace drydock {

/// Whether `T` asks for a fresh container for each test: `static constexpr bool fresh_per_test = true;`.
template <class T>
inline constexpr bool is_fresh_per_test = [] {
  if constexpr (requires { T::fresh_per_test; }) {
    return static_cast<bool>(T::fresh_per_test);
  }
  return false;
}();

/// Whether `T` asks for its fresh containers' standing shells to be open: `static constexpr bool open_shell =
/// true;`.
template <class T>
inline constexpr bool is_shell_opened = [] {
  if constexpr (requires { T::open_shell; }) {
    return static_cast<bool>(T::open_shell);
  }
  return false;
}();

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
/// With `static constexpr bool fresh_per_test = true;` in `T` each test has a container that no other test
/// has used, for less than it costs to start one: the next one is prepared while a test runs. With
/// ContainerSpec::standing_network all of them are at the same address; see drydock/gtest/fresh_container.h.
/// With `static constexpr bool open_shell = true;` the standing shell of ExecMode::Fast is open when the test
/// begins.
///
/// A derived class with a SetUpTestSuite() or TearDownTestSuite() of its own calls these.
template <class T>
class SuiteContainer : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    static_cast<void>(is_declared);  // has it made when the program starts
    if constexpr (is_fresh_per_test<T> && is_shell_opened<T>) {
      kept().open_shells();
    }
    kept().set_up(&T::spec);
  }
  static void TearDownTestSuite() { kept().tear_down(); }

  /// Returns the suite's container, or the running test's where each has a fresh one: references to it stay
  /// good for that test. Throws Error when it was not started.
  [[nodiscard]] static TestContainer& container() { return kept().get(); }

 protected:
  SuiteContainer() {
    if constexpr (is_fresh_per_test<T>) {
      kept().begin_test();
    } else {
      kept().require();
    }
  }

 private:
  static inline const bool is_declared = declare_spec(&T::spec);

  using Keeper = std::conditional_t<is_fresh_per_test<T>, FreshContainer, KeptContainer>;

  static Keeper& kept() {
    static Keeper kept;
    return kept;
  }
};

}  // namespace drydock
