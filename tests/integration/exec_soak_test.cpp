// A thousand commands in a row leave nothing behind: no file descriptor, no thread, no process.
#include <dirent.h>
#include <memory>

#include <gtest/gtest.h>

#include "drydock/container/exec.h"
#include "drydock/docker/client.h"

#include "support/engine_container.h"
#include "support/soak.h"

namespace drydock {
namespace {

/// Returns the number of entries of a directory of this process in /proc; for "fd" the one that reads it
/// counts each time.
int count_entries(const char* path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(path), &::closedir};
  int count = 0;
  while (::readdir(directory.get()) != nullptr) {
    ++count;
  }
  return count;
}

TEST(ExecSoakTest, AThousandCommandsLeaveNothingBehind) {
  constexpr int kCommands = soak_rounds(1000);
  const EngineContainer container;
  const auto run = [&container](int i) {
    const std::string word = std::to_string(i);
    const ExecResult result = run_exec(container.client(), container.id(), {"cat"}, {.input = word});
    return result.ok() && result.out == word;
  };
  ASSERT_TRUE(run(0));  // opens the connection that is kept
  const int descriptors = count_entries("/proc/self/fd");
  const int threads = count_entries("/proc/self/task");
  for (int i = 1; i < kCommands; ++i) {
    ASSERT_TRUE(run(i)) << "command " << i;
  }
  EXPECT_EQ(count_entries("/proc/self/fd"), descriptors);
  EXPECT_EQ(count_entries("/proc/self/task"), threads);
  EXPECT_EQ(container.client().containers().top(container.id()).rows.size(), 1U);
}

}  // namespace
}  // namespace drydock
