#include "container/process_watch.h"

#include <fstream>
#include <iterator>
#include <limits>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace drydock {
namespace {

// cgroups(7). The path of a container's group ends in its id, whatever drives the groups: /docker/ID,
// docker-ID.scope, libpod-ID.scope.
bool belongs_to(std::int64_t pid, const std::string& id) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/cgroup"};
  const std::string groups{std::istreambuf_iterator<char>{file}, {}};
  return groups.find(id) != std::string::npos;
}

}  // namespace

ProcessWatch::ProcessWatch(std::int64_t pid, const std::string& id) {
#ifdef SYS_pidfd_open
  if (pid <= 0 || pid > std::numeric_limits<pid_t>::max() || id.empty()) {
    return;
  }
  // The kernel closes it on exec. What the pid means is checked after: the descriptor keeps meaning the same
  // process, whoever gets the pid next.
  UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0))};
  if (process.valid() && belongs_to(pid, id)) {
    process_ = std::move(process);
  }
#else
  (void)pid;
  (void)id;
#endif
}

std::optional<bool> ProcessWatch::is_alive() const noexcept {
  if (!process_.valid()) {
    return std::nullopt;
  }
  pollfd entry{.fd = process_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 0;
}

}  // namespace drydock
