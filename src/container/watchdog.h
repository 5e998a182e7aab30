// The owner's side of the watchdog: starts it before the first create, and tells it how the program ends. The
// process itself is watch.h. Thread-safe; a forked child has watchdogs of its own.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <sys/types.h>

#include "drydock/docker/client.h"

#include "base/unique_fd.h"

namespace drydock {

class Watchdog {
 public:
  static Watchdog& of_this_process();

  explicit Watchdog(const Watchdog* /*inherited*/) {}

  /// Returns with a watchdog that has acknowledged that it watches this process for `client`'s engine, one
  /// for each engine. When none can be started, says so through the log, once, and goes on without:
  /// DRYDOCK_TOOL names the program, DRYDOCK_WATCHDOG=off goes without in silence. Blocks at most 5 s, the
  /// first time.
  void ensure(const Client& client) noexcept;

  /// Tells all that nothing is left, so that they end with this process and ask the engine nothing.
  void tell_clean() noexcept;

 private:
  struct Channel {
    UniqueFd socket{};
    ino_t inode{};  // of the socket: a program may close all descriptors, and open others in their place
    bool told_clean{false};
    bool failed{false};
  };

  static bool is_open(const Channel& channel);
  static void forget_foreign(Channel& channel);
  void start(const std::string& endpoint, Channel& channel);

  std::mutex mutex_{};
  std::map<std::string, Channel> channels_{};  // by endpoint
};

}  // namespace drydock
