// State that belongs to one process: a forked child gets a fresh one instead of its parent's, whose mutexes
// another thread may have held at the fork. Never destroyed, so that guards with static storage can use it
// while the program ends.
#pragma once

#include <atomic>
#include <memory>
#include <sys/types.h>
#include <unistd.h>

namespace drydock {

/// Holds one T for each process. T is constructed from `T* inherited`: what the parent process had, null in
/// the first process. The constructor may read what is immutable there; it must not wait for a mutex of it.
template <typename T>
class PerProcess {
 public:
  constexpr PerProcess() = default;

  T& get() {
    Entry* const found = entry_.load(std::memory_order_acquire);
    const pid_t pid = ::getpid();
    if (found != nullptr && found->pid == pid) {
      return found->value;
    }
    auto mine = std::make_unique<Entry>(pid, found);
    Entry* expected = found;
    if (entry_.compare_exchange_strong(expected, mine.get())) {
      return mine.release()->value;
    }
    return expected->value;  // another thread of this process was faster
  }

 private:
  struct Entry {
    Entry(pid_t process, Entry* parent)
        : pid(process), inherited(parent), value(parent != nullptr ? &parent->value : nullptr) {}
    const pid_t pid;
    Entry* const inherited;  // kept reachable: what the parent owned is leaked on purpose
    T value;
  };

  std::atomic<Entry*> entry_{nullptr};
};

}  // namespace drydock
