#include "container/ordered_run.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "container/background_thread.h"

namespace drydock {
namespace {

class OrderedRun {
 public:
  OrderedRun(const std::vector<std::vector<std::size_t>>& after, OnTaskFailure on_failure,
             const std::function<void(std::size_t)>& task)
      : on_failure_(on_failure),
        task_(task),
        outcomes_(after.size()),
        missing_(after.size()),
        dependents_(after.size()),
        left_(after.size()) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      missing_[i] = after[i].size();
      for (const std::size_t before : after[i]) {
        dependents_[before].push_back(i);
      }
      if (after[i].empty()) {
        ready_.push_back(i);
      }
    }
  }

  void work() {
    std::unique_lock lock{mutex_};
    while (true) {
      changed_.wait(lock, [this] { return is_over() || !ready_.empty(); });
      if (is_over()) {
        return;
      }
      const std::size_t index = ready_.front();
      ready_.pop_front();
      lock.unlock();
      TaskOutcome outcome{.ran = true};
      try {
        task_(index);
      } catch (...) {  // handed to the caller
        outcome.failure = std::current_exception();
      }
      lock.lock();
      settle(index, std::move(outcome));
      changed_.notify_all();
    }
  }

  std::vector<TaskOutcome> take_outcomes() { return std::move(outcomes_); }

 private:
  [[nodiscard]] bool is_over() const { return left_ == 0 || stopped_; }

  void settle(std::size_t index, TaskOutcome outcome) {
    --left_;
    if (outcome.failure && on_failure_ == OnTaskFailure::BeginNoMore) {
      stopped_ = true;
    }
    outcomes_[index] = std::move(outcome);
    for (const std::size_t dependent : dependents_[index]) {
      if (--missing_[dependent] == 0) {
        ready_.push_back(dependent);
      }
    }
  }

  const OnTaskFailure on_failure_;
  const std::function<void(std::size_t)>& task_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<TaskOutcome> outcomes_;
  std::vector<std::size_t> missing_;
  std::vector<std::vector<std::size_t>> dependents_;
  std::deque<std::size_t> ready_;
  std::size_t left_;
  bool stopped_{false};
};

}  // namespace

std::vector<TaskOutcome> run_in_order(const std::vector<std::vector<std::size_t>>& after,
                                      std::size_t max_parallel, OnTaskFailure on_failure,
                                      const std::function<void(std::size_t)>& task) {
  OrderedRun run{after, on_failure, task};
  std::vector<std::thread> helpers;
  const std::size_t wanted = std::min(std::max<std::size_t>(max_parallel, 1), after.size());
  helpers.reserve(wanted);
  try {
    for (std::size_t i = 1; i < wanted; ++i) {
      helpers.push_back(background_thread([&run] { run.work(); }));
    }
  } catch (const std::system_error&) {
    // No more threads are to be had: those that there are do the work.
  }
  run.work();
  for (std::thread& helper : helpers) {
    helper.join();
  }
  return run.take_outcomes();
}

}  // namespace drydock
