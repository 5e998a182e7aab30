// Thousands of commands through one shell: each gives what it gave the first time, by an exec, and nothing is
// left behind. DRYDOCK_SOAK_ROUNDS sets another number.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drydock/container/shell.h"
#include "drydock/container/test_container.h"

#include "support/shell_cases.h"
#include "support/shell_comparison.h"
#include "support/soak.h"

namespace drydock {
namespace {

/// Returns commands that cost little, with what an exec gave for each.
std::vector<std::pair<ShellCase, CommandOutcome>> baseline(const TestContainer& container) {
  std::vector<std::pair<ShellCase, CommandOutcome>> all;
  const auto add = [&](std::vector<std::string> argv, ExecOptions options = {}) {
    ShellCase one{.argv = std::move(argv), .options = std::move(options)};
    CommandOutcome outcome = outcome_of([&] { return container.exec(one.argv, one.options); });
    all.emplace_back(std::move(one), std::move(outcome));
  };
  add({"true"});
  add({"echo", "it's", "a\nline"});
  add({"cat"}, {.input = noise(3000, 7)});
  add({"sh", "-c", "head -c 100000 /dev/zero; exit 9"});
  add({"sh", "-c", "printf out; printf err >&2; kill -9 $$"});
  add({"sh", "-c", "(sleep 0.01; echo late) & echo early"});
  add({"sh", "-c", "cd /; set -e; exec 3>&- 4>&-; false"});
  add({"sh", "-c", R"(printf '\036\000\036B\nE0\n')"});
  add({"sh", "-c", "trap 'kill 0' EXIT; echo x"});
  add({"sh", "-c", "echo $A; pwd"}, {.env = {{"A", "b c"}}, .working_dir = "/tmp"});
  return all;
}

TEST(ShellSoakTest, ThousandsOfCommandsAreAlikeAndLeaveNothingBehind) {
  const int count = chosen_soak_rounds(1000);
  ASSERT_GT(count, 0);
  const TestContainer container{{.image = "drydock-test/busybox:1", .command = {"sleep", "3000"}}};
  const auto expected = baseline(container);
  Shell shell = container.shell();
  for (int i = 0; i < count; ++i) {
    const auto& [command, plain] = expected[static_cast<std::size_t>(i) * 7 % expected.size()];
    const auto run = [&shell, &one = command] { return shell.run(one.argv, one.options); };
    ASSERT_TRUE(same_outcome(plain, outcome_of(run))) << "command " << i;
  }
  // The container's own process, two shells, and what relays the next command's output.
  EXPECT_LE(container.client().containers().top(container.id()).rows.size(), 5U);
}

}  // namespace
}  // namespace drydock
