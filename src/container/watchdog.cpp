#include "container/watchdog.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "base/text.h"
#include "container/owner.h"
#include "container/spawn.h"
#include "container/tool.h"
#include "container/watch.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kStartLimit{5};
constexpr std::size_t kLongestAnswer = 4096;

PerProcess<Watchdog> watchdogs;

bool is_switched_off() {
  const char* const chosen = std::getenv("DRYDOCK_WATCHDOG");
  return chosen != nullptr && std::string_view{chosen} == "off";
}

ino_t inode_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? info.st_ino : 0;
}

bool is_closed(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void say(int socket, char what) {
  ::send(socket, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::vector<std::string> command_line(const std::string& tool, const std::string& endpoint) {
  std::vector<std::string> argv{tool,         "watch", "--owner", Owner::of_this_process().to_text(),
                                "--endpoint", endpoint};
  if (const std::optional<Owner> runner = Owner::test_runner()) {
    argv.insert(argv.end(), {"--runner", runner->to_text()});
  }
  return argv;
}

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

bool Watchdog::is_open(const Channel& channel) {
  return channel.socket.valid() && inode_of(channel.socket.get()) == channel.inode;
}

void Watchdog::forget_foreign(Channel& channel) {
  if (channel.socket.valid() && !is_open(channel)) {
    (void)channel.socket.release();  // it is the program's own by now: not ours to close
  }
}

Watchdog& Watchdog::of_this_process() {
  return watchdogs.get();
}

void Watchdog::start(const std::string& endpoint, Channel& channel) {
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
  const pid_t child = spawn_detachable(command_line(tool.path, endpoint), theirs.get());
  theirs.reset();
  const std::string answer = hear(ours.get());
  wait_for(child, answer == "ready");
  if (answer != "ready") {
    throw std::runtime_error(answer.empty()
                                 ? fmt::format("'{} watch' did not say that it watches", tool.path)
                                 : fmt::format("'{} watch' says: {}", tool.path, text::printable(answer)));
  }
  channel.inode = inode_of(ours.get());
  channel.socket = std::move(ours);
  channel.told_clean = false;
}

void Watchdog::ensure(const Client& client) noexcept {
  try {
    if (!client.is_watchable() || is_switched_off()) {
      return;
    }
    const std::string endpoint = client.endpoint().to_string();
    const std::lock_guard lock{mutex_};
    Channel& channel = channels_[endpoint];
    if (channel.failed) {
      return;
    }
    if (is_open(channel) && !is_closed(channel.socket.get())) {
      if (channel.told_clean) {
        channel.told_clean = false;
        say(channel.socket.get(), kSaysDirty);
      }
      return;
    }
    forget_foreign(channel);
    channel.failed = true;
    start(endpoint, channel);
    channel.failed = false;
  } catch (const std::exception& error) {
    log::warn(fmt::format(
        "no watchdog for this process: {}. Should it be killed, what it made stays until the next run's "
        "sweep. "
        "Set DRYDOCK_TOOL to the program's path, or DRYDOCK_WATCHDOG=off to go without in silence",
        error.what()));
  }
}

void Watchdog::tell_clean() noexcept {
  const std::lock_guard lock{mutex_};
  for (auto& [endpoint, channel] : channels_) {
    if (is_open(channel)) {
      channel.told_clean = true;
      say(channel.socket.get(), kSaysClean);
    }
  }
}

}  // namespace drydock
