// The cases of shell_cases.h in other shells than busybox's, and on another engine.
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "drydock/container/shell.h"
#include "drydock/container/test_container.h"

#include "support/podman_engine.h"
#include "support/service_image.h"
#include "support/shell_cases.h"
#include "support/shell_comparison.h"

namespace drydock {
namespace {

// An image of Debian's root, whose `sh` is dash, and which has bash, too.
constexpr const char* kDebianImage = "redis:7";

const auto* const image = testing::AddGlobalTestEnvironment(new ServiceImage{kDebianImage});

ContainerSpec debian() {
  return {.image = kDebianImage, .command = {"1000"}, .entrypoint = {"sleep"}};
}

void expect_all_alike(const TestContainer& container, const std::set<std::string>& except = {}) {
  Shell shell = container.shell();
  for (const ShellCase& each : shell_cases()) {
    if (except.contains(each.name)) {
      continue;
    }
    SCOPED_TRACE(each.name);
    EXPECT_TRUE(runs_alike(container, shell, each.argv, each.options));
    EXPECT_EQ(shell.sh("echo well").out, "well\n");
  }
}

TEST(ShellKindsTest, DashRunsEachCaseAsAnExecDoes) {
  const TestContainer container{debian()};
  expect_all_alike(container);
}

TEST(ShellKindsTest, DoesWithoutToolsThatTheImageLost) {
  const TestContainer container{debian()};
  Shell shell = container.shell();
  for (const std::string tool : {"setsid", "env", "cat"}) {
    SCOPED_TRACE(tool);
    EXPECT_TRUE(container.sh("p=$(command -v " + tool + ") && mv $p /" + tool + ".away").ok());
    EXPECT_EQ(shell.sh("echo $X", {.env = {{"X", "set"}}}).out, "set\n");
    EXPECT_EQ(shell.sh("exit 7").exit_code, 7);
  }
}

TEST(ShellKindsTest, BashRunsEachCaseAsAnExecDoes) {
  const TestContainer container{debian()};
  ASSERT_TRUE(container.sh("ln -sf bash /bin/sh").ok());
  ASSERT_TRUE(container.sh("[ -n \"$BASH_VERSION\" ]").ok());
  expect_all_alike(container);
}

TEST(ShellKindsTest, GivesBackWhatAShellTakesFromTheEnvironment) {
  ContainerSpec spec = debian();
  spec.env = {{"discovery.type", "single-node"}, {"SHLVL", "5"}, {"PWD", "/given"}, {"IFS", "x"}, {"_", "y"}};
  const TestContainer container{spec};
  Shell shell = container.shell();
  const std::vector<std::string> argv{"bash", "-c",
                                      "tr '\\0' '\\n' </proc/self/environ | grep -v DRYDOCK_EXEC_ID | sort"};
  EXPECT_TRUE(runs_alike(container, shell, argv));
}

TEST(ShellKindsTest, PodmanRunsEachCaseAsAnExecDoes) {
  if (!PodmanEngine::is_allowed()) {
    GTEST_SKIP() << "this test starts a Podman of its own, which needs root";
  }
  const PodmanEngine engine;
  const TestContainer container{{.image = PodmanEngine::image(), .command = {"sleep", "1000"}},
                                engine.client()};
  // An exec of Podman's ends with its process: it loses what background children print later, and may call
  // input that nobody read an error.
  expect_all_alike(container, {"a background child that prints late", "two background children",
                               "unread input", "unread big input", "partly read input"});
}

}  // namespace
}  // namespace drydock
