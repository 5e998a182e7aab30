#include "container/tool.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment_variable.h"
#include "support/scratch_directory.h"

namespace drydock {
namespace {

using ::testing::ElementsAre;

class FindToolTest : public ::testing::Test {
 protected:
  // Makes a file that can be run, or one that cannot.
  [[nodiscard]] std::string make(const std::string& name, bool can_run = true) const {
    const std::filesystem::path path = scratch_.path() / name;
    std::ofstream{path} << "#!/bin/sh\n";
    std::filesystem::permissions(
        path, can_run ? std::filesystem::perms::owner_all : std::filesystem::perms::owner_read);
    return path.string();
  }

  const ScratchDirectory scratch_{};
};

TEST_F(FindToolTest, TheEnvironmentsChoiceComesFirst) {
  const std::string chosen = make("mine");
  const EnvironmentVariable tool{"DRYDOCK_TOOL", chosen};
  EXPECT_EQ(find_tool().path, chosen);
}

TEST_F(FindToolTest, AWrongChoiceIsNotPaperedOver) {
  const EnvironmentVariable tool{"DRYDOCK_TOOL", "/nowhere/drydock"};
  const ToolSearch search = find_tool();
  EXPECT_EQ(search.path, "");
  EXPECT_THAT(search.tried, ElementsAre("/nowhere/drydock"));
}

TEST_F(FindToolTest, WhatCannotBeRunIsPassedOver) {
  for (const std::string& chosen : {scratch_.path().string(), make("unreadable", false)}) {
    const EnvironmentVariable tool{"DRYDOCK_TOOL", chosen};
    EXPECT_EQ(find_tool().path, "") << chosen;
  }
}

// A test program by the name of drydock would start itself without end.
TEST_F(FindToolTest, IsNeverThisProgram) {
  const EnvironmentVariable tool{"DRYDOCK_TOOL", std::filesystem::read_symlink("/proc/self/exe").string()};
  EXPECT_EQ(find_tool().path, "");
}

TEST_F(FindToolTest, LooksBesideThisProgramFirst) {
  const EnvironmentVariable tool{"DRYDOCK_TOOL", std::nullopt};
  const ToolSearch search = find_tool();
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "drydock";
  ASSERT_FALSE(search.tried.empty());
  EXPECT_EQ(search.tried.front(), beside.string());
  EXPECT_TRUE(search.path.ends_with("/bin/drydock")) << "the build's own: " << search.path;
}

}  // namespace
}  // namespace drydock
