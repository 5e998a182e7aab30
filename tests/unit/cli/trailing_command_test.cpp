#include "cli/trailing_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TrailingCommandTest, IsWhatFollowsTheFirstSeparator) {
  std::vector<std::string> arguments{"run", "--image", "x", "--", "sh", "-c", "[ -f /a, -o b ]", "--", "c"};
  EXPECT_THAT(take_trailing_command(arguments), ElementsAre("sh", "-c", "[ -f /a, -o b ]", "--", "c"));
  EXPECT_THAT(arguments, ElementsAre("run", "--image", "x"));
}

TEST(TrailingCommandTest, WithoutASeparatorThereIsNone) {
  std::vector<std::string> arguments{"run", "sh"};
  EXPECT_THAT(take_trailing_command(arguments), IsEmpty());
  EXPECT_THAT(arguments, ElementsAre("run", "sh"));
}

}  // namespace
}  // namespace drydock::cli
