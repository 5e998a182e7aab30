// Threads that work behind the program's own: none of them takes a signal that is meant for the program.
#pragma once

#include <csignal>
#include <pthread.h>
#include <thread>
#include <utility>

namespace drydock {

/// Starts `work` on a thread that blocks every signal. Throws std::system_error when there can be no thread.
template <typename Work>
[[nodiscard]] std::thread background_thread(Work&& work) {
  class AllBlocked {
   public:
    AllBlocked() {
      sigset_t all;
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    AllBlocked(const AllBlocked&) = delete;
    AllBlocked& operator=(const AllBlocked&) = delete;
    ~AllBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

   private:
    sigset_t before_{};
  };
  const AllBlocked blocked;  // a new thread has its maker's mask
  return std::thread{std::forward<Work>(work)};
}

}  // namespace drydock
