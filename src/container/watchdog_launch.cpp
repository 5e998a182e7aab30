#include "container/watchdog_launch.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/deadline.h"

#include "base/text.h"
#include "container/spawn.h"
#include "container/tool.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kStartLimit{5};
constexpr std::size_t kLongestAnswer = 4096;

// Returns the first line that the watchdog says; what there is of it when it ends or the time is over.
std::string hear(int socket) {
  const Deadline deadline = Deadline::in(kStartLimit);
  std::string line;
  for (;;) {
    pollfd entry{.fd = socket, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&entry, 1, deadline.remaining_ms());
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    char byte = 0;
    if (ready <= 0 || ::recv(socket, &byte, 1, 0) != 1 || byte == '\n' || line.size() >= kLongestAnswer) {
      return line;
    }
    line += byte;
  }
}

// The first process of the watchdog ends as soon as it has forked.
void wait_for(pid_t child, bool is_started) {
  if (!is_started) {
    ::kill(child, SIGKILL);
  }
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

bool watchdog_is_switched_off() {
  const char* const chosen = std::getenv("DRYDOCK_WATCHDOG");
  return chosen != nullptr && std::string_view{chosen} == "off";
}

UniqueFd launch_watchdog(const std::vector<std::string>& options) {
  const ToolSearch tool = find_tool();
  if (tool.path.empty()) {
    throw std::runtime_error(
        fmt::format("the program 'drydock' was looked for, and is not at: {}", text::join(tool.tried, ", ")));
  }
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  UniqueFd ours = above_standard_streams(UniqueFd{ends[0]});
  UniqueFd theirs = above_standard_streams(UniqueFd{ends[1]});
  if (!ours.valid() || !theirs.valid()) {
    throw std::system_error(errno, std::generic_category(), "fcntl");
  }
  std::vector<std::string> argv{tool.path, "watch"};
  argv.insert(argv.end(), options.begin(), options.end());
  const pid_t child = spawn_detachable(std::move(argv), theirs.get());
  theirs.reset();
  const std::string answer = hear(ours.get());
  wait_for(child, answer == "ready");
  if (answer != "ready") {
    throw std::runtime_error(answer.empty()
                                 ? fmt::format("'{} watch' did not say that it watches", tool.path)
                                 : fmt::format("'{} watch' says: {}", tool.path, text::printable(answer)));
  }
  return ours;
}

}  // namespace drydock
