// What a pool and its leases share: who is ready, who waits, and what the workers do next. See
// container/pool.h for the public face and pool_worker.cpp for the jobs.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "drydock/container/pool.h"

#include "container/background_work.h"
#include "container/death_watch.h"
#include "container/pool_member.h"

namespace drydock {

/// Thread-safe. Held by the pool, by each lease and by each worker.
class PoolState final : public BackgroundWork, public std::enable_shared_from_this<PoolState> {
 public:
  using MemberPtr = std::unique_ptr<PoolMember>;

  PoolState(ContainerSpec spec, PoolOptions options, Client client, SourceLocation where);

  /// Starts the threads. Throws std::system_error when there can be none.
  void start();
  /// Returns whether this process made it: a forked child's copy must not touch the mutex.
  [[nodiscard]] bool is_mine() const noexcept;

  [[nodiscard]] MemberPtr acquire(Deadline deadline);
  void wait_ready(Deadline deadline);
  /// Takes a member back; removes it at once when the pool is closed.
  void give_back(MemberPtr member) noexcept;
  [[nodiscard]] PoolStats stats() const;

  /// Begins nothing new, removes all that is not on lease, and ends the threads.
  bool end(Deadline deadline) noexcept override;

 private:
  enum class Job { None, Reset, Start, Remove, Leave };

  /// A call of acquire() that waits. Lives on that call's stack.
  struct Waiter {
    std::condition_variable woken;
    MemberPtr member;
    std::exception_ptr failure;
  };

  using Lock = std::unique_lock<std::mutex>;

  // All with the mutex held.
  MemberPtr next_member(Lock& lock, Deadline deadline, bool is_first, bool& waited);
  MemberPtr wait_in_line(Lock& lock, Deadline deadline, bool is_first);
  [[nodiscard]] bool is_replaced_whole() const noexcept;
  void offer(MemberPtr member);
  void quarantine(MemberPtr member, std::string fault);
  void require_open() const;
  [[nodiscard]] PoolStats counts() const;
  [[nodiscard]] bool wants_start() const;
  [[nodiscard]] bool has_given_up() const;
  [[nodiscard]] Job next_job() const;
  [[nodiscard]] const char* bound() const noexcept;
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] std::string describe_slots(const PoolStats& now) const;

  // The workers' side; with the mutex free but where a lock is given.
  void work() noexcept;
  void do_job(Job job, Lock& lock);
  void start_one(Lock& lock);
  void reset_one(Lock& lock);
  void remove_one(Lock& lock);
  void note_start_failure(const std::exception_ptr& failure);
  void clean_up(PoolMember& member) const;
  void require_fit(const PoolMember& member) const;
  void watch(const PoolMember& member) const;
  void on_death(std::uint64_t key);

  const ContainerSpec spec_;
  const PoolOptions options_;
  const Client client_;
  const SourceLocation where_;
  const pid_t process_;

  mutable std::mutex mutex_;
  std::condition_variable work_;     // for the workers
  std::condition_variable settled_;  // for wait_ready() and end()
  std::deque<MemberPtr> ready_, returned_, unwanted_;
  std::list<Waiter*> line_;
  PoolStats done_;  // its counters, and what is being done now
  std::size_t failures_in_a_row_{0};
  std::exception_ptr last_failure_;
  std::string last_failure_text_;
  Deadline::Clock::time_point retry_at_{};
  bool closing_{false};
  std::size_t workers_alive_{0};
  std::vector<std::thread> threads_;
  std::unique_ptr<DeathWatch> deaths_;
};

}  // namespace drydock
