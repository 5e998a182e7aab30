// Hears of the end of processes at once, on one thread for all of them. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <thread>

#include "base/unique_fd.h"

namespace drydock {

class DeathWatch {
 public:
  /// `on_death` is called on the watch's thread with the key of a process that has ended. Throws
  /// std::system_error when the watch cannot be set up.
  explicit DeathWatch(std::function<void(std::uint64_t key)> on_death);
  DeathWatch(const DeathWatch&) = delete;
  DeathWatch& operator=(const DeathWatch&) = delete;
  /// Stops first, unless stop() was called.
  ~DeathWatch();

  /// Watches a pidfd until it is closed or has reported, once.
  void add(std::uint64_t key, int pidfd);
  /// Ends the thread; not to be called on it.
  void stop() noexcept;

 private:
  void work();

  const std::function<void(std::uint64_t)> on_death_;
  UniqueFd epoll_, stop_;
  std::thread thread_;
};

}  // namespace drydock
