#include "container/watchdog.h"

#include <exception>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <vector>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "container/owner.h"
#include "container/watch.h"
#include "container/watchdog_launch.h"

namespace drydock {
namespace {

PerProcess<Watchdog> watchdogs;

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

std::vector<std::string> options_for(const std::string& endpoint) {
  std::vector<std::string> options{"--owner", Owner::of_this_process().to_text(), "--endpoint", endpoint};
  if (const std::optional<Owner> runner = Owner::test_runner()) {
    options.insert(options.end(), {"--runner", runner->to_text()});
  }
  return options;
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
  UniqueFd socket = launch_watchdog(options_for(endpoint));
  channel.inode = inode_of(socket.get());
  channel.socket = std::move(socket);
  channel.told_clean = false;
}

void Watchdog::ensure(const Client& client) noexcept {
  try {
    if (!client.is_watchable() || watchdog_is_switched_off()) {
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
