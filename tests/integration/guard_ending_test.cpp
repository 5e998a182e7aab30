// However a test program ends that still runs its own code, nothing of its session stays at the engine. For
// ends by force see deaths_test.cpp.
#include <csignal>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/real_engine.h"
#include "support/subprocess.h"

namespace drydock {
namespace {

struct Ending {
  const char* filter;
  int exit_code;
  std::size_t objects_made;
  std::vector<std::string> flags{};
  bool by_watchdog{false};  // not by the program itself
};

void PrintTo(const Ending& ending, std::ostream* stream) {
  *stream << ending.filter;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) {
    ++count;
  }
  return count;
}

std::map<std::string, std::string> environment_of(const std::string& session) {
  return {{"DRYDOCK_SESSION", session}, {"DRYDOCK_LOG_DIR", ::testing::TempDir() + "drydock-logs"}};
}

class GuardEndingTest : public ::testing::TestWithParam<Ending> {};

TEST_P(GuardEndingTest, LeavesNothingBehind) {
  const Ending& ending = GetParam();
  const std::string session = "ending-" + random_hex(8);
  std::vector<std::string> argv{std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending",
                                std::string{"--gtest_filter="} + ending.filter};
  argv.insert(argv.end(), ending.flags.begin(), ending.flags.end());
  const SubprocessResult result = run_subprocess(argv, environment_of(session));
  EXPECT_EQ(result.exit_code, ending.exit_code) << result.output;
  EXPECT_EQ(count_of(result.output, "made "), ending.objects_made) << result.output;
  if (ending.by_watchdog) {
    EXPECT_TRUE(all_gone("drydock.session=" + session)) << result.output;
  }
  EXPECT_THAT(left_behind("drydock.session=" + session), ::testing::IsEmpty()) << result.output;
  const bool is_reported = std::string_view{ending.filter} == "Ending.DeclaresInTheWrongOrder";
  EXPECT_EQ(count_of(result.output, "could not be removed"), is_reported ? 2U : 0U) << result.output;
}

INSTANTIATE_TEST_SUITE_P(
    Any, GuardEndingTest,
    ::testing::Values(Ending{"Ending.Passes", 0, 3}, Ending{"Ending.DeclaresInTheWrongOrder", 0, 3},
                      Ending{"Ending.FailsAnAssertion", 1, 1}, Ending{"Ending.ThrowsInTheBody", 1, 1},
                      Ending{"Ending.ExitsInTheBody", 3, 3}, Ending{"Ending.ExitsInACondition", 3, 1},
                      Ending{"Ending.ExitsWithAStandingNetwork", 3, 2}, Ending{"Ending.HoldsAStatic", 0, 1},
                      Ending{"Ending.HoldsAnEarlierGlobal", 0, 1}, Ending{"Ending.ExitsWithAStatic", 3, 2},
                      Ending{"InConstructor.Throws", 1, 1}, Ending{"InSetUp.Throws", 1, 1},
                      Ending{"InTearDown.Throws", 1, 1}, Ending{"Fork.ChildExits", 0, 1},
                      Ending{"Fork.ChildUnwinds", 0, 2}, Ending{"Fork.ChildIsCutOff", 0, 4},
                      Ending{"Fork.LivingChildKeepsItsOwn", 0, 2},
                      // A death test's child has its stderr captured.
                      Ending{"EndingDeathTest.Fast", 0, 1, {}, true},
                      Ending{"EndingDeathTest.Threadsafe", 0, 1, {}, true},
                      Ending{"Ending.Passes", 0, 4, {"--environment"}},
                      Ending{"Ending.ExitsInTheBody", 3, 4, {"--environment"}}));

TEST(GuardEndingWithoutUnwindingTest, AnUncaughtFailureUnwindsTheLocals) {
  const std::string session = "ending-" + random_hex(8);
  const SubprocessResult result =
      run_subprocess({std::string{DRYDOCK_TEST_PROGRAMS_DIR} + "/ending",
                      "--gtest_filter=Ending.FailsAnAssertion", "--gtest_throw_on_failure"},
                     environment_of(session));
  EXPECT_THAT(left_behind("drydock.session=" + session), ::testing::IsEmpty()) << result.output;
}

}  // namespace
}  // namespace drydock
