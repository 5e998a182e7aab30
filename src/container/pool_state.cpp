#include "container/pool_state.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "container/background_thread.h"
#include "container/container_slot.h"
#include "observability/metric_names.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kAcquireLimit{60};
constexpr std::size_t kFailuresToGiveUp = 3;

// Looked up once: a hand-out takes less than that.
void count_hand_out(bool waited, std::chrono::nanoseconds took) {
  static metrics::Counter& hits = metrics::counter(metric::kPoolHandOuts, {{"result", "hit"}});
  static metrics::Counter& waits = metrics::counter(metric::kPoolHandOuts, {{"result", "wait"}});
  static metrics::Histogram& times = metrics::histogram(metric::kPoolWait);
  (waited ? waits : hits).add();
  times.observe(took);
}

}  // namespace

PoolState::PoolState(ContainerSpec spec, PoolOptions options, Client client, SourceLocation where)
    : spec_(std::move(spec)),
      options_(std::move(options)),
      client_(std::move(client)),
      where_(where),
      process_(::getpid()) {}

void PoolState::start() {
  deaths_ = std::make_unique<DeathWatch>([this](std::uint64_t key) { on_death(key); });
  const Lock lock{mutex_};
  threads_.reserve(options_.workers);
  for (std::size_t i = 0; i < options_.workers; ++i) {
    // A worker that cannot be waited for at the program's end must not lose its ground.
    threads_.push_back(background_thread([self = shared_from_this()] { self->work(); }));
    ++workers_alive_;
  }
}

bool PoolState::is_mine() const noexcept {
  return process_ == ::getpid();
}

PoolState::MemberPtr PoolState::acquire(Deadline deadline) {
  deadline = deadline.or_in(kAcquireLimit);
  const auto asked = std::chrono::steady_clock::now();
  Lock lock{mutex_};
  bool waited = false;
  bool is_first = false;
  while (true) {
    MemberPtr member = next_member(lock, deadline, is_first, waited);
    lock.unlock();
    const bool alive = member->is_alive(deadline);
    lock.lock();
    if (alive) {
      ++done_.handed_out;
      done_.waits += waited ? 1U : 0U;
      count_hand_out(waited, std::chrono::steady_clock::now() - asked);
      return member;
    }
    --done_.leased;
    quarantine(std::move(member), "it ended while it waited in the pool");
    is_first = true;  // it was this call's turn, and still is
  }
}

PoolState::MemberPtr PoolState::next_member(Lock& lock, Deadline deadline, bool is_first, bool& waited) {
  require_open();
  if (ready_.empty() || (!line_.empty() && !is_first)) {
    waited = true;
    return wait_in_line(lock, deadline, is_first);
  }
  MemberPtr member = std::move(ready_.front());
  ready_.pop_front();
  ++done_.leased;
  if (wants_start()) {
    work_.notify_one();
  }
  return member;
}

PoolState::MemberPtr PoolState::wait_in_line(Lock& lock, Deadline deadline, bool is_first) {
  Waiter self;
  const auto place = line_.insert(is_first ? line_.begin() : line_.end(), &self);
  work_.notify_one();
  self.woken.wait_until(lock, Deadline::Clock::now() + deadline.remaining(),
                        [&] { return self.member != nullptr || self.failure != nullptr || closing_; });
  if (self.member) {
    return std::move(self.member);  // offer() took this call out of the line
  }
  if (self.failure) {
    std::rethrow_exception(self.failure);
  }
  line_.erase(place);
  require_open();
  throw TimeoutError(
      fmt::format(
          "no container of the pool was free in time: {}; give back leases sooner, or raise {} or the "
          "deadline",
          describe(), bound()),
      {.operation = "pool acquire", .resource = spec_.image, .where = where_});
}

void PoolState::wait_ready(Deadline deadline) {
  deadline = deadline.or_in(kAcquireLimit);
  Lock lock{mutex_};
  settled_.wait_until(lock, Deadline::Clock::now() + deadline.remaining(),
                      [this] { return closing_ || ready_.size() >= options_.size || has_given_up(); });
  require_open();
  if (ready_.size() >= options_.size) {
    return;
  }
  if (has_given_up()) {
    std::rethrow_exception(last_failure_);
  }
  throw TimeoutError(
      fmt::format("the pool did not have {} containers ready in time: {}", options_.size, describe()),
      {.operation = "pool wait", .resource = spec_.image, .where = where_});
}

void PoolState::give_back(MemberPtr member) noexcept {
  const Lock lock{mutex_};
  --done_.leased;
  if (closing_) {
    return;  // the member's destructor, which runs after the lock's, removes the container
  }
  member->guard->set_reported(false);
  (is_replaced_whole() ? unwanted_ : returned_).push_back(std::move(member));
  work_.notify_one();
}

// On a standing network another one takes its place, which is a reset.
bool PoolState::is_replaced_whole() const noexcept {
  return options_.on_return == OnReturn::Replace && !spec_.standing_network;
}

void PoolState::offer(MemberPtr member) {
  if (line_.empty()) {
    ready_.push_back(std::move(member));
    settled_.notify_all();
    return;
  }
  Waiter* const next = line_.front();
  line_.pop_front();
  ++done_.leased;
  next->member = std::move(member);
  next->woken.notify_one();
}

void PoolState::quarantine(MemberPtr member, std::string fault) {
  ++done_.broken;
  metrics::counter(metric::kPoolBroken).add();
  member->fault = std::move(fault);
  unwanted_.push_back(std::move(member));
  work_.notify_one();
}

void PoolState::on_death(std::uint64_t key) {
  const Lock lock{mutex_};
  const auto dead = std::find_if(ready_.begin(), ready_.end(),
                                 [key](const MemberPtr& member) { return member->key == key; });
  if (dead != ready_.end()) {  // one on lease is looked at when it comes back
    MemberPtr member = std::move(*dead);
    ready_.erase(dead);
    quarantine(std::move(member), "it ended while it waited in the pool");
  }
}

void PoolState::require_open() const {
  if (closing_) {
    throw InvalidArgumentError("the pool is closed: its life, or the program's, is ending",
                               {.operation = "pool acquire", .resource = spec_.image, .where = where_});
  }
}

bool PoolState::has_given_up() const {
  return failures_in_a_row_ >= kFailuresToGiveUp && ready_.empty() && done_.leased == 0 &&
         returned_.empty() && done_.returning == 0 && done_.starting == 0;
}

PoolStats PoolState::counts() const {
  PoolStats now = done_;
  now.ready = ready_.size();
  now.returning += returned_.size();
  now.removing += unwanted_.size();
  now.waiting = line_.size();
  return now;
}

PoolStats PoolState::stats() const {
  const Lock lock{mutex_};
  return counts();
}

// Returns which option bounds the total. The pool has lowered .max_total to what the memory holds.
const char* PoolState::bound() const noexcept {
  const std::int64_t each = spec_.resources.memory_bytes;
  const bool is_full = options_.max_memory_bytes > 0 &&
                       options_.max_memory_bytes / each <= static_cast<std::int64_t>(options_.max_total);
  return is_full ? ".max_memory_bytes" : ".max_total";
}

std::string PoolState::describe() const {
  const PoolStats now = counts();
  return fmt::format(
      "image '{}': {} ready, {} on lease, {} starting, {} in their reset, {} being removed, {} calls "
      "waiting, "
      "at most {} at a time by {}{}{}",
      spec_.image, now.ready, now.leased, now.starting, now.returning, now.removing, now.waiting,
      options_.max_total, bound(), describe_slots(now),
      last_failure_text_.empty() ? "" : "; the last failure: " + last_failure_text_);
}

// Looks for itself: a worker may be on its way to find the same.
std::string PoolState::describe_slots(const PoolStats& now) const {
  try {
    if (now.total() - now.starting >= options_.max_total || is_slot_free(client_)) {
      return "";
    }
    return fmt::format("; DRYDOCK_MAX_CONTAINERS={} leaves no slot for another one", most_containers());
  } catch (const std::exception& error) {  // what is being told matters more
    return fmt::format("; whether DRYDOCK_MAX_CONTAINERS leaves a slot is not known: {}", error.what());
  }
}

bool PoolState::end(Deadline deadline) noexcept {
  if (!is_mine()) {
    return true;
  }
  try {
    Lock lock{mutex_};
    closing_ = true;
    for (Waiter* const waiter : line_) {
      waiter->woken.notify_one();
    }
    work_.notify_all();
    settled_.notify_all();
    const auto is_done = [this] { return workers_alive_ == 0; };
    if (!deadline.is_set()) {
      settled_.wait(lock, is_done);
    } else if (!settled_.wait_until(lock, Deadline::Clock::now() + deadline.remaining(), is_done)) {
      return false;
    }
    std::vector<std::thread> ended = std::move(threads_);
    threads_.clear();
    lock.unlock();
    for (std::thread& thread : ended) {
      thread.join();
    }
    if (deaths_) {
      deaths_->stop();
    }
    return true;
  } catch (const std::exception& error) {
    log::error(error.what());
    return false;
  }
}

}  // namespace drydock
