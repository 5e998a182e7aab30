// Removes containers behind the program's own threads, for guards with Removal::Background. What a container
// holds by name or number (its explicit name, its fixed host ports, the networks and volumes that it uses) is
// waited for by whoever wants it next. Thread-safe; a forked child has one of its own, which starts empty.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/container/spec.h"

namespace drydock {

class ContainerGuard;
class OwnedObject;

class BackgroundRemover {
 public:
  /// Never destroyed: guards with static storage use it while the program ends.
  static BackgroundRemover& of_this_process();

  explicit BackgroundRemover(const BackgroundRemover* /*inherited*/) {}

  /// Queues the container of a guard whose life is over. Throws std::exception when no thread can be had; it
  /// is then not queued.
  void add(std::shared_ptr<ContainerGuard> guard);

  /// Waits until nothing is queued or being removed. Returns false when the deadline passed first.
  bool drain(Deadline deadline);

  /// Waits for the removal of what holds the name or a fixed host port of `spec`. When the deadline passes
  /// first, it is left to the engine to refuse what is still taken.
  void await_claims(const ContainerSpec& spec, Deadline deadline);

  /// Waits for the removal of the containers that use this network or volume.
  void await_users(const OwnedObject& object, Deadline deadline);

 private:
  using Matches = std::function<bool(const ContainerGuard&)>;

  void work() noexcept;
  void start_thread();
  void join_ended();
  /// Returns whether no pending container matches any more.
  bool await_none(const Matches& matches, Deadline deadline);
  [[nodiscard]] bool has_any(const Matches& matches) const;

  mutable std::mutex mutex_;
  std::condition_variable removed_;
  std::deque<std::shared_ptr<ContainerGuard>> queue_;
  std::vector<std::shared_ptr<ContainerGuard>> pending_;  // queued or being removed
  std::vector<std::thread> running_, ended_;
};

}  // namespace drydock
