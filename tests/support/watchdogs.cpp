#include "support/watchdogs.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "drydock/base/deadline.h"

#include "base/read_file.h"
#include "base/text.h"

namespace drydock {

std::vector<pid_t> watchdogs_of(const std::string& owner) {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::vector<std::string> argv = text::split(read_file((entry.path() / "cmdline").string()), '\0');
    if (argv.size() > 3 && argv[1] == "watch" && std::find(argv.begin(), argv.end(), owner) != argv.end()) {
      found.push_back(std::atoi(entry.path().filename().c_str()));
    }
  }
  return found;
}

bool watchdogs_gone(const std::string& owner) {
  const Deadline deadline = Deadline::in(std::chrono::seconds{90});
  while (!watchdogs_of(owner).empty()) {
    if (deadline.expired()) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace drydock
