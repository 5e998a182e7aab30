#include "base/read_file.h"

#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/scratch_directory.h"

namespace drydock {
namespace {

TEST(ReadFileTest, ReturnsAllBytes) {
  const ScratchDirectory scratch;
  std::string content(10'000, 'x');
  content[5000] = '\0';
  std::ofstream{scratch.path() / "file", std::ios::binary} << content;
  EXPECT_EQ(read_file((scratch.path() / "file").string()), content);
}

TEST(ReadFileTest, WhatIsNotThereIsEmpty) {
  EXPECT_EQ(read_file("/nowhere/at/all"), "");
}

// A file stream threw here: opening succeeds, reading does not.
TEST(ReadFileTest, WhatCannotBeReadIsEmpty) {
  EXPECT_EQ(read_file("/proc/self/mem"), "");
  EXPECT_EQ(read_file("/proc"), "");
}

}  // namespace
}  // namespace drydock
