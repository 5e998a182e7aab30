// The workers' side of a pool: what starts, resets and removes containers, away from the tests' threads.
#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "drydock/container/reset.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/container_slot.h"
#include "container/made_ahead.h"
#include "container/ordered_start.h"
#include "container/pool_state.h"

namespace drydock {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::seconds kLongestPause{5};
constexpr std::chrono::milliseconds kPauseForSlot{50};
constexpr std::chrono::seconds kAliveLimit{10};
constexpr std::chrono::seconds kShellLimit{60};

std::string what_of(const std::exception_ptr& failure) {
  return failure_of("", failure).message;
}

}  // namespace

bool PoolState::wants_start() const {
  const PoolStats now = counts();
  return now.total() < options_.max_total &&
         now.ready + now.starting + now.returning < std::max(options_.size, now.waiting);
}

PoolState::Job PoolState::next_job() const {
  if (closing_) {
    const bool is_empty = ready_.empty() && returned_.empty() && unwanted_.empty();
    return is_empty ? Job::Leave : Job::Remove;
  }
  if (!returned_.empty()) {
    return Job::Reset;  // the quickest way to a ready one
  }
  if (wants_start() && Deadline::Clock::now() >= retry_at_) {
    return Job::Start;
  }
  return unwanted_.empty() ? Job::None : Job::Remove;
}

void PoolState::work() noexcept {
  const MadeAhead for_whoever_borrows_it;
  Lock lock{mutex_};
  while (true) {
    const Job job = next_job();
    if (job == Job::Leave) {
      break;
    }
    if (job != Job::None) {
      work_.notify_one();  // there may be something for another one, too
    }
    try {
      do_job(job, lock);
    } catch (const std::exception& error) {  // of memory, at most
      log::error(error.what());
    }
    if (!lock.owns_lock()) {
      lock.lock();
    }
  }
  --workers_alive_;
  settled_.notify_all();
}

void PoolState::do_job(Job job, Lock& lock) {
  switch (job) {
    case Job::Reset:
      reset_one(lock);
      break;
    case Job::Start:
      start_one(lock);
      break;
    case Job::Remove:
      remove_one(lock);
      break;
    case Job::None:
      if (wants_start()) {
        work_.wait_until(lock, retry_at_);
      } else {
        work_.wait(lock);
      }
      break;
    case Job::Leave:
      break;
  }
}

void PoolState::start_one(Lock& lock) {
  ++done_.starting;
  lock.unlock();
  MemberPtr member;
  std::exception_ptr failure;
  try {
    // A worker that waited for a slot could not take back the leases whose end gives one.
    if (is_slot_free(client_)) {
      member = std::make_unique<PoolMember>(TestContainer{spec_, client_, where_});
      require_fit(*member);
      watch(*member);
    }
  } catch (...) {  // told to those that wait
    member.reset();
    failure = std::current_exception();
  }
  lock.lock();
  --done_.starting;
  if (failure) {
    note_start_failure(failure);
    return;
  }
  if (!member) {
    retry_at_ = Deadline::Clock::now() + kPauseForSlot;
    return;
  }
  ++done_.made;
  failures_in_a_row_ = 0;
  last_failure_text_.clear();
  if (closing_) {
    unwanted_.push_back(std::move(member));
  } else {
    offer(std::move(member));
  }
}

void PoolState::note_start_failure(const std::exception_ptr& failure) {
  ++done_.start_failures;
  ++failures_in_a_row_;
  last_failure_ = failure;
  last_failure_text_ = what_of(failure);
  const auto pause = std::min<Deadline::Clock::duration>(
      kLongestPause, kFirstPause * (1 << std::min<std::size_t>(failures_in_a_row_ - 1, 8)));
  retry_at_ = Deadline::Clock::now() + pause;
  if (has_given_up()) {
    for (Waiter* const waiter : line_) {
      waiter->failure = failure;
      waiter->woken.notify_one();
    }
    line_.clear();
    settled_.notify_all();
  }
}

void PoolState::reset_one(Lock& lock) {
  MemberPtr member = std::move(returned_.front());
  returned_.pop_front();
  ++done_.returning;
  lock.unlock();
  std::string fault;
  const bool is_held = member->is_held();
  if (is_held) {
    try {
      if (options_.on_return != OnReturn::Replace && !member->is_alive(Deadline::in(kAliveLimit))) {
        fault = "it was not running any more when it was given back";
      } else {
        clean_up(*member);
      }
    } catch (...) {  // told by the quarantine
      fault = what_of(std::current_exception());
    }
  }
  lock.lock();
  --done_.returning;
  done_.made += options_.on_return == OnReturn::Replace && is_held && fault.empty() ? 1U : 0U;
  if (!fault.empty()) {
    quarantine(std::move(member), std::move(fault));
  } else if (!is_held || closing_) {
    unwanted_.push_back(std::move(member));
  } else {
    offer(std::move(member));
  }
}

void PoolState::clean_up(PoolMember& member) const {
  if (options_.on_return == OnReturn::Replace) {
    member.container.reset(reset::Recreate{});
  } else if (options_.on_return == OnReturn::Reset) {
    if (options_.reset) {
      options_.reset(member.container);
    } else {
      const ExecResult result =
          member.container.exec(options_.reset_command, {.timeout = options_.reset_timeout});
      if (!result.ok()) {
        throw Error(ErrorCode::NotReady,
                    fmt::format("its reset command '{}' ended with exit code {}: {}",
                                text::shell_join(options_.reset_command), result.exit_code,
                                text::printable(result.err.empty() ? result.out : result.err, 500)));
      }
    }
  }
  const std::uint64_t key = member.key;
  member.adopt();
  require_fit(member);
  if (member.key != key) {
    watch(member);
  }
}

void PoolState::require_fit(const PoolMember& member) const {
  if (options_.shell) {
    member.guard->open_shell(Deadline::in(kShellLimit));
  }
  if (options_.check && !options_.check(member.container)) {
    throw Error(ErrorCode::NotReady, "it does not pass the pool's check");
  }
}

void PoolState::watch(const PoolMember& member) const {
  if (member.watch.descriptor() >= 0) {
    deaths_->add(member.key, member.watch.descriptor());
  }
}

void PoolState::remove_one(Lock& lock) {
  std::deque<MemberPtr>& queue = !unwanted_.empty() ? unwanted_ : !returned_.empty() ? returned_ : ready_;
  MemberPtr member = std::move(queue.front());
  queue.pop_front();
  ++done_.removing;
  lock.unlock();
  if (!member->fault.empty()) {
    member->await_end_at_engine();
    log::warn(fmt::format("a container of the pool is replaced: {}\n{}", member->fault,
                          member->guard->read_evidence().to_text()));
  }
  member.reset();
  lock.lock();
  --done_.removing;
}

}  // namespace drydock
