#include "support/watchdogs.h"

#include <chrono>
#include <thread>

#include "drydock/base/deadline.h"

#include "support/processes.h"

namespace drydock {

std::vector<pid_t> watchdogs_of(const std::string& owner) {
  std::vector<pid_t> found;
  for (const RunningProcess& process : processes_given(owner)) {
    if (process.argv.size() > 3 && process.argv[1] == "watch") {
      found.push_back(process.pid);
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
