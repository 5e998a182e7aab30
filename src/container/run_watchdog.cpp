#include "container/run_watchdog.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "container/file_lock.h"
#include "container/poll_pace.h"
#include "container/run_files.h"
#include "container/watchdog_launch.h"

namespace drydock {
namespace {

constexpr off_t kWatched = 0;   // locked by the watchdog, once it watches: a kill lets go of it
constexpr off_t kStarting = 1;  // locked by the program that starts one
constexpr std::chrono::seconds kPatience{5};

// Waits while another program starts one: dozens may come at once, and each start costs a process.
bool is_to_be_started(int lock_file) {
  const PollPace pace;
  const Deadline deadline = Deadline::in(kPatience);
  while (!is_locked_by_another(lock_file, kWatched)) {
    if (try_lock(lock_file, kStarting, LockKind::Exclusive) || deadline.expired()) {
      return !is_locked_by_another(lock_file, kWatched);
    }
    sleep_within(pace.pause(), deadline);
  }
  return false;
}

void warn_once(const std::exception& error) noexcept {
  static std::atomic<bool> warned{false};
  if (warned.exchange(true)) {
    return;
  }
  try {
    log::warn(fmt::format(
        "no watchdog for the run: {}. What its programs share stays until a later run's sweep. Set "
        "DRYDOCK_TOOL to the path of 'drydock', or DRYDOCK_WATCHDOG=off to go without in silence",
        error.what()));
  } catch (const std::exception& failure) {
    log::warn(failure.what());
  }
}

}  // namespace

void ensure_run_watchdog(const Client& client, const Run& run) noexcept {
  try {
    if (run.is_this_process || !client.is_watchable() || watchdog_is_switched_off()) {
      return;
    }
    const std::string endpoint = client.endpoint().to_string();
    const std::string lock = watch_lock_path(run.owner, endpoint);
    const UniqueFd file = open_lock_file(lock);
    if (is_to_be_started(file.get())) {
      (void)launch_watchdog({"--owner", run.owner.to_text(), "--endpoint", endpoint, "--only-one", lock});
    }
  } catch (const std::exception& error) {
    warn_once(error);
  }
}

}  // namespace drydock
