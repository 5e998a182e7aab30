#include "container/registry.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <utility>

#include "drydock/observability/log.h"

#include "container/owned_object.h"
#include "container/per_process.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kDrainLimit{30};  // for each object
constexpr std::chrono::seconds kRetryLimit{5};

PerProcess<Registry> registries;

}  // namespace

Registry& Registry::of_this_process() {
  return registries.get();
}

void Registry::drain_at_exit(const Client& client) {
  // httplib keeps regular expressions in function statics, made at the first answer that it reads. Were they
  // made after the registration, they would be destroyed before the drain: it then hung, or read every answer
  // as malformed.
  (void)client.api_version();
  // A forked child inherits the registration with the rest of the program.
  static std::atomic<bool> registered{false};
  if (!registered.exchange(true) && std::atexit([] { Registry::of_this_process().drain(); }) != 0) {
    log::warn("std::atexit refused: containers that std::exit cuts off will be left behind");
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

void Registry::drain() noexcept {
  try {
    std::vector<LostCreate> lost;
    {
      const std::lock_guard lock{mutex_};
      lost.swap(lost_);
    }
    const std::vector<std::shared_ptr<OwnedObject>> objects = held();
    for (const ObjectKind kind : {ObjectKind::Container, ObjectKind::Network, ObjectKind::Volume}) {
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

}  // namespace drydock
