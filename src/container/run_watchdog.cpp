#include "container/run_watchdog.h"

#include <atomic>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "container/file_lock.h"
#include "container/run_files.h"
#include "container/watchdog_launch.h"

namespace drydock {
namespace {

// Its lock is taken when it watches already, and let go of by the kernel when it is killed.
bool is_watched(const std::string& lock_path) {
  return is_locked_by_another(open_lock_file(lock_path).get(), 0);
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
    if (!is_watched(lock)) {
      // Of several that are started at once, one goes on to watch and the others end at once.
      (void)launch_watchdog({"--owner", run.owner.to_text(), "--endpoint", endpoint, "--only-one", lock});
    }
  } catch (const std::exception& error) {
    warn_once(error);
  }
}

}  // namespace drydock
