#include "container/tool.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include "base/text.h"

// Both are given by the build; a build of another kind goes without.
#ifndef DRYDOCK_INSTALLED_TOOL
#define DRYDOCK_INSTALLED_TOOL ""
#endif
#ifndef DRYDOCK_BUILT_TOOL
#define DRYDOCK_BUILT_TOOL ""
#endif

namespace drydock {
namespace {

constexpr const char* kName = "drydock";

std::atomic<bool> is_this_the_tool{false};

bool can_run(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::vector<std::string> candidates() {
  if (const char* const chosen = std::getenv("DRYDOCK_TOOL"); chosen != nullptr && *chosen != '\0') {
    return {chosen};
  }
  std::vector<std::string> paths;
  std::error_code ignored;
  if (const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored); !self.empty()) {
    if (is_this_the_tool) {
      return {self.string()};
    }
    paths.push_back((self.parent_path() / kName).string());
  }
  for (const char* path : {DRYDOCK_BUILT_TOOL, DRYDOCK_INSTALLED_TOOL}) {
    if (*path != '\0') {
      paths.emplace_back(path);
    }
  }
  if (const char* const search = std::getenv("PATH"); search != nullptr) {
    for (const std::string& folder : text::split(search, ':')) {
      if (folder.starts_with('/')) {
        paths.push_back((std::filesystem::path{folder} / kName).string());
      }
    }
  }
  return paths;
}

}  // namespace

ToolSearch find_tool(bool may_be_this) {
  ToolSearch search;
  std::error_code ignored;
  for (std::string& path : candidates()) {
    const bool is_this = std::filesystem::equivalent(path, "/proc/self/exe", ignored);
    if (can_run(path) && (may_be_this || is_this_the_tool || !is_this)) {
      search.path = std::move(path);
      return search;
    }
    search.tried.push_back(std::move(path));
  }
  return search;
}

const char* advice(const char* in_code, const char* by_option) noexcept {
  return is_this_the_tool ? by_option : in_code;
}

void this_program_is_the_tool() noexcept {
  is_this_the_tool = true;
}

}  // namespace drydock
