// The processes of this machine, those in containers included, as /proc shows them.
#pragma once

#include <ostream>
#include <string>
#include <sys/types.h>
#include <vector>

namespace drydock {

struct RunningProcess {
  pid_t pid{0};
  std::vector<std::string> argv{};
};

void PrintTo(const RunningProcess& process, std::ostream* stream);

/// Returns the processes that were started with this argument.
[[nodiscard]] std::vector<RunningProcess> processes_given(const std::string& argument);

}  // namespace drydock
