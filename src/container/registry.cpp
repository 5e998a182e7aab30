#include "container/registry.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "drydock/container/sweep.h"
#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "container/background_work.h"
#include "container/owned_object.h"
#include "container/run_watchdog.h"
#include "container/watch_log.h"
#include "container/watchdog.h"
#include "docker/json.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kDrainLimit{30};  // for each object
constexpr std::chrono::seconds kRetryLimit{5};
constexpr std::chrono::seconds kBackgroundLimit{10};
constexpr std::chrono::seconds kSweepLimit{20};

PerProcess<Registry> registries;

void drain_at_exit() {
  // A forked child inherits the registration with the rest of the program.
  static std::atomic<bool> registered{false};
  if (!registered.exchange(true) && std::atexit([] { Registry::of_this_process().drain(); }) != 0) {
    log::warn("std::atexit refused: what std::exit cuts off is left to the watchdog");
  }
}

void log_swept(const SweptObject& object) {
  const std::string what = fmt::format("the {} '{}' ({}), which a process that lives no more left behind",
                                       object.kind, object.name, short_id(object.id));
  if (object.problem.empty()) {
    log::info("removed " + what);
  } else {
    log::warn(fmt::format("{}, could not be removed: {}", what, object.problem));
  }
}

}  // namespace

Registry& Registry::of_this_process() {
  return registries.get();
}

Registry::Creating::Creating(const Client& client) : registry_(of_this_process()) {
  prepare(client);
  Watchdog::of_this_process().ensure(client);
  registry_.sweep_once(client);
}

Registry::Creating::Creating(const Client& client, const Run& run) : registry_(of_this_process()) {
  prepare(client);
  if (run.is_this_process) {
    Watchdog::of_this_process().ensure(client);
  } else {
    ensure_run_watchdog(client, run);
  }
  registry_.sweep_once(client);
}

void Registry::Creating::prepare(const Client& client) {
  // httplib keeps regular expressions in function statics, made at the first answer that it reads. Were they
  // made after the registration, they would be destroyed before the drain: it then hung, or read every answer
  // as malformed.
  (void)client.api_version();
  // The same of simdjson: what it chose for this processor is a function static, too.
  (void)parse_json("{}", "nothing");
  drain_at_exit();
  registry_.begin_create();  // first: a drain in another thread must not tell the watchdog to go home
}

Registry::Creating::~Creating() {
  registry_.end_create();
}

void Registry::begin_create() {
  const std::lock_guard lock{mutex_};
  ++creating_;
}

void Registry::end_create() noexcept {
  const std::lock_guard lock{mutex_};
  --creating_;
}

void Registry::sweep_once(const Client& client) noexcept {
  try {
    if (!client.is_watchable()) {
      return;
    }
    {
      const std::lock_guard lock{mutex_};
      if (!swept_.insert(client.endpoint().to_string()).second) {
        return;
      }
    }
    for (const std::string& path : take_failed_watch_logs()) {
      log::warn(fmt::format("a watchdog of an earlier run could not remove all that its owner left; see '{}'",
                            path));
    }
    const SweepReport report = sweep(client, {.images = false}, Deadline::in(kSweepLimit));
    for (const SweptObject& object : report.objects) {
      log_swept(object);
    }
  } catch (const std::exception& error) {
    log::warn(fmt::format("what earlier runs left could not be looked for: {}", error.what()));
  }
}

void Registry::add(const std::shared_ptr<OwnedObject>& object) {
  const std::lock_guard lock{mutex_};
  objects_.push_back(object);
}

void Registry::forget(const OwnedObject& object) noexcept {
  const std::lock_guard lock{mutex_};
  std::erase_if(objects_, [&](const std::weak_ptr<OwnedObject>& entry) {
    const std::shared_ptr<OwnedObject> held = entry.lock();
    return !held || held.get() == &object;
  });
  const auto is_it = [&](const std::shared_ptr<OwnedObject>& entry) { return entry.get() == &object; };
  std::erase_if(abandoned_, is_it);
}

void Registry::abandon(std::shared_ptr<OwnedObject> object) {
  const std::lock_guard lock{mutex_};
  abandoned_.push_back(std::move(object));
}

void Registry::hold(std::shared_ptr<OwnedObject> object) {
  abandon(std::move(object));
}

void Registry::leave_to_watchdog() noexcept {
  const std::lock_guard lock{mutex_};
  left_to_watchdog_ = true;
}

void Registry::keep(const std::string& network_or_volume) {
  const std::lock_guard lock{mutex_};
  kept_.insert(network_or_volume);
}

bool Registry::is_kept(const std::string& network_or_volume) const {
  const std::lock_guard lock{mutex_};
  return kept_.contains(network_or_volume);
}

void Registry::suspect(const LostCreate& lost) {
  const std::lock_guard lock{mutex_};
  lost_.push_back(lost);
}

std::vector<std::shared_ptr<OwnedObject>> Registry::held() const {
  std::vector<std::shared_ptr<OwnedObject>> found;
  const std::lock_guard lock{mutex_};
  for (const std::weak_ptr<OwnedObject>& entry : objects_) {
    if (std::shared_ptr<OwnedObject> object = entry.lock(); object && object->is_held()) {
      found.push_back(std::move(object));
    }
  }
  return found;
}

void Registry::retry_abandoned() noexcept {
  try {
    std::vector<std::shared_ptr<OwnedObject>> waiting;
    {
      const std::lock_guard lock{mutex_};
      waiting = abandoned_;
    }
    for (const std::shared_ptr<OwnedObject>& object : waiting) {
      if (object->kind() != ObjectKind::Container) {
        object->drain(Deadline::in(kRetryLimit), false);
      }
    }
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

bool Registry::drain() noexcept {
  const bool ended = end_background_work(Deadline::in(kBackgroundLimit));
  drain_objects();
  if (!ended) {
    // A thread that was waiting for its container to be ready has just lost it, and gives up.
    end_background_work(Deadline::in(kDrainLimit));
    drain_objects();
  }
  return tell_watchdog();
}

void Registry::drain_objects() noexcept {
  try {
    std::vector<LostCreate> lost;
    {
      const std::lock_guard lock{mutex_};
      lost.swap(lost_);
      left_to_watchdog_ = left_to_watchdog_ || !lost.empty();  // they may come to be later still
    }
    const std::vector<std::shared_ptr<OwnedObject>> objects = held();
    for (const ObjectKind kind : kRemovalOrder) {
      for (const LostCreate& create : lost) {
        if (create.kind == kind) {
          remove_lost(create);
        }
      }
      for (const std::shared_ptr<OwnedObject>& object : objects) {
        if (object->kind() == kind) {
          object->drain(Deadline::in(kDrainLimit), true);
        }
      }
    }
  } catch (const std::exception& error) {
    log::error(error.what());
  }
}

bool Registry::tell_watchdog() noexcept {
  const std::lock_guard lock{mutex_};
  const bool is_empty =
      std::all_of(objects_.begin(), objects_.end(), [](const std::weak_ptr<OwnedObject>& entry) {
        const std::shared_ptr<OwnedObject> object = entry.lock();
        return !object || object->is_settled();
      });
  // A create that another thread begins after this waits for the lock, and then calls the watchdog back.
  const bool is_clean = is_empty && creating_ == 0 && !left_to_watchdog_;
  if (is_clean) {
    Watchdog::of_this_process().tell_clean();
  }
  return is_clean;
}

}  // namespace drydock
