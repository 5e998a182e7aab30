#include "support/processes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/read_file.h"
#include "base/text.h"

namespace drydock {

void PrintTo(const RunningProcess& process, std::ostream* stream) {
  *stream << process.pid << ": " << text::printable(text::shell_join(process.argv), 300);
}

std::vector<RunningProcess> processes_given(const std::string& argument) {
  std::vector<RunningProcess> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    std::vector<std::string> argv = text::split(read_file((entry.path() / "cmdline").string()), '\0');
    if (std::find(argv.begin(), argv.end(), argument) != argv.end()) {
      found.push_back({.pid = std::atoi(entry.path().filename().c_str()), .argv = std::move(argv)});
    }
  }
  return found;
}

}  // namespace drydock
