#include "base/exit_code.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

TEST(ExitCodeTest, NamesWhatShellsAndEnginesMean) {
  EXPECT_EQ(exit_code_meaning(126), "the command could not be run");
  EXPECT_EQ(exit_code_meaning(127), "no such command");
  EXPECT_EQ(exit_code_meaning(137), "SIGKILL");
  EXPECT_EQ(exit_code_meaning(143), "SIGTERM");
  EXPECT_EQ(exit_code_meaning(-1), "none is known");
}

TEST(ExitCodeTest, KnowsNothingOfACommandsOwnCodes) {
  EXPECT_EQ(exit_code_meaning(0), "");
  EXPECT_EQ(exit_code_meaning(1), "");
  EXPECT_EQ(exit_code_meaning(128), "");
  EXPECT_EQ(exit_code_meaning(255), "");
}

}  // namespace
}  // namespace drydock
