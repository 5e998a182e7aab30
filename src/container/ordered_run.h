// Runs tasks side by side on a bounded number of threads, each task after those that it depends on.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

namespace drydock {

struct TaskOutcome {
  bool ran{false};  ///< false: not begun, for another one had failed
  std::exception_ptr failure{};
};

enum class OnTaskFailure {
  BeginNoMore,  ///< those that run are waited for
  GoOn,         ///< for tasks that do not depend on each other
};

/// Calls `task` with each index of `after`, which holds what must have succeeded first and has no circle. The
/// calling thread is one of the threads. Returns when nothing runs any more.
[[nodiscard]] std::vector<TaskOutcome> run_in_order(const std::vector<std::vector<std::size_t>>& after,
                                                    std::size_t max_parallel, OnTaskFailure on_failure,
                                                    const std::function<void(std::size_t)>& task);

}  // namespace drydock
