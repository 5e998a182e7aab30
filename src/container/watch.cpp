#include "container/watch.h"

#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/docker/client.h"

#include "container/file_lock.h"
#include "container/process_handle.h"
#include "container/reaper.h"
#include "container/run_files.h"
#include "container/watch_log.h"

namespace drydock {
namespace {

constexpr int kChannel = STDIN_FILENO;
constexpr int kPollWithoutPidfd = 50;  // ms

void say(std::string_view text) {
  ::send(kChannel, text.data(), text.size(), MSG_NOSIGNAL);
}

class Watch {
 public:
  explicit Watch(const WatchOrder& order) : owner_(order.owner) {
    if (order.runner) {
      try {
        runner_.emplace(*order.runner);
      } catch (const std::exception&) {
        runner_.reset();  // it ended in this moment: so will the owner's turn come by itself
      }
    }
  }

  /// Returns at the owner's end: whether it left nothing.
  bool wait() {
    while (!owner_.has_ended()) {
      std::array<pollfd, 3> entries{{{.fd = owner_.fd(), .events = POLLIN, .revents = 0},
                                     {.fd = channel_, .events = POLLIN, .revents = 0},
                                     {.fd = runner_ ? runner_->fd() : -1, .events = POLLIN, .revents = 0}}};
      ::poll(entries.data(), entries.size(), owner_.fd() < 0 ? kPollWithoutPidfd : -1);
      if (entries[1].revents != 0) {
        listen();
      }
      if (runner_ && runner_->has_ended()) {
        runner_.reset();
        end_orphan();
      }
    }
    listen();  // what it said last
    return is_clean_;
  }

 private:
  void listen() {
    std::array<char, 64> said{};
    for (;;) {
      const ssize_t size = ::recv(kChannel, said.data(), said.size(), MSG_DONTWAIT);
      if (size > 0) {
        is_clean_ = said.at(static_cast<std::size_t>(size) - 1) == kSaysClean;
        continue;
      }
      if (size == 0) {
        channel_ = -1;  // closed, which says nothing: the owner may have closed all descriptors
      }
      return;
    }
  }

  void end_orphan() const {
    constexpr std::chrono::milliseconds kGrace{500};
    owner_.signal(SIGTERM);
    if (!owner_.wait(kGrace)) {
      owner_.signal(SIGKILL);
    }
  }

  ProcessHandle owner_;
  std::optional<ProcessHandle> runner_{};
  int channel_{kChannel};
  bool is_clean_{false};
};

int clean_up(const WatchOrder& order) {
  std::signal(SIGTERM, SIG_IGN);  // the work is bounded, and nobody else does it
  WatchLog log{fmt::format("{}-{}", order.owner.pid, order.owner.start_time)};
  const Client client{order.endpoint};
  const ReapResult result =
      reap(client, order.owner.to_text(), ReapPace{}, [&](const std::string& line) { log.write(line); });
  if (!result.finished) {
    log.write(fmt::format("gave up: {}; what is left is removed by the next run's sweep, or by drydock sweep",
                          result.problem));
    log.fail();
    return 1;
  }
  return 0;
}

int watch_alone(const WatchOrder& order) {
  std::optional<Watch> watch;
  UniqueFd lock;
  try {
    watch.emplace(order);  // first: who sees the lock counts on a watchdog that watches
    lock = open_lock_file(order.only_one);
    if (!try_lock(lock.get(), 0, LockKind::Exclusive)) {
      say("ready\n");
      return 0;
    }
  } catch (const std::exception& error) {
    say(fmt::format("error: {}\n", error.what()));
    return 1;
  }
  say("ready\n");
  watch->wait();
  const int status = clean_up(order);
  remove_run_files(order.owner, order.only_one);
  return status;
}

}  // namespace

int watch(const WatchOrder& order) {
  if (!order.only_one.empty()) {
    return watch_alone(order);
  }
  std::optional<Watch> watch;
  try {
    watch.emplace(order);
  } catch (const std::exception& error) {
    say(fmt::format("error: {}\n", error.what()));
    return 1;
  }
  say("ready\n");
  return watch->wait() ? 0 : clean_up(order);
}

}  // namespace drydock
