// Suites of two tests with a fresh container for each: what the engine is asked from the first test's begin
// to the second one's end is what one replacement costs. The tests ask for nothing.
#include "drydock/gtest.h"

#include "support/real_engine.h"
#include "support/standing_network.h"

namespace drydock {
namespace {

template <bool is_standing, bool with_shell>
struct Idle {
  static constexpr bool fresh_per_test = true;
  static constexpr bool open_shell = with_shell;
  static ContainerSpec spec() { return is_standing ? standing_spec() : idle_spec(); }
};

class Standing : public SuiteContainer<Idle<true, false>> {};
TEST_F(Standing, First) {}
TEST_F(Standing, Second) {}

class StandingShell : public SuiteContainer<Idle<true, true>> {};
TEST_F(StandingShell, First) {}
TEST_F(StandingShell, Second) {}

class Roving : public SuiteContainer<Idle<false, false>> {};
TEST_F(Roving, First) {}
TEST_F(Roving, Second) {}

class RovingShell : public SuiteContainer<Idle<false, true>> {};
TEST_F(RovingShell, First) {}
TEST_F(RovingShell, Second) {}

}  // namespace
}  // namespace drydock
