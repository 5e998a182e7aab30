// 200 containers in a row leave no object, no thread and no file descriptor behind.
#include <cstddef>
#include <filesystem>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"

#include "support/real_engine.h"
#include "support/soak.h"

namespace drydock {
namespace {

std::ptrdiff_t entries_of(const char* directory) {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator{directory}, fs::directory_iterator{});
}

TEST(GuardSoakTest, TwoHundredContainersLeaveNothing) {
  constexpr int kContainers = soak_rounds(200);
  ContainerSpec spec = idle_spec();
  spec.ready = {wait::LogLine{.contains = "up"}};
  spec.command = {"sh", "-c", "echo up; exec sleep 600"};
  const auto start_one = [&] { const TestContainer container{spec}; };
  start_one();  // opens the connections that are kept
  const std::ptrdiff_t descriptors = entries_of("/proc/self/fd");
  const std::ptrdiff_t threads = entries_of("/proc/self/task");
  for (int i = 0; i < kContainers; ++i) {
    ASSERT_NO_THROW(start_one()) << "container " << i;
  }
  EXPECT_LE(entries_of("/proc/self/fd"), descriptors + 1) << "one more connection may be kept";
  EXPECT_EQ(entries_of("/proc/self/task"), threads);
  EXPECT_THAT(left_behind_here(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace drydock
