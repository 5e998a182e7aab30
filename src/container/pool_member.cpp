#include "container/pool_member.h"

#include <atomic>
#include <exception>
#include <utility>

#include "drydock/observability/log.h"

#include "container/registry.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kEndLimit{5};

std::uint64_t next_key() {
  static std::atomic<std::uint64_t> keys{0};
  return ++keys;
}

// Returns null when this process does not hold it, or not any more.
std::shared_ptr<ContainerGuard> guard_of(const ContainerId& id) {
  for (const std::shared_ptr<OwnedObject>& object : Registry::of_this_process().held()) {
    if (object->kind() == ObjectKind::Container && object->id() == id) {
      return std::dynamic_pointer_cast<ContainerGuard>(object);
    }
  }
  return nullptr;
}

}  // namespace

PoolMember::PoolMember(TestContainer started) : container(std::move(started)) {
  adopt();
}

void PoolMember::adopt() {
  if (guard && guard->id() == container.id() && watch.is_alive().value_or(false)) {
    return;  // the same container and the same process
  }
  guard = guard_of(container.id());
  if (!guard) {
    throw InvalidArgumentError("the pool's container is not held by this process any more",
                               {.operation = "pool", .resource = container.name()});
  }
  guard->set_reported(false);
  key = next_key();
  const std::shared_ptr<const ContainerDetails> seen = guard->details();  // of its start, or of a start since
  watch = ProcessWatch{seen ? seen->state.pid : 0, container.id()};
  if (!watch.is_alive().value_or(false)) {
    watch = ProcessWatch{container.inspect().state.pid,
                         container.id()};  // it was started behind the guard's back
  }
}

bool PoolMember::is_alive(Deadline deadline) const noexcept {
  if (const std::optional<bool> alive = watch.is_alive()) {
    return *alive;
  }
  try {
    return container.client().containers().inspect(container.id(), deadline).state.status ==
           ContainerStatus::Running;
  } catch (const std::exception& error) {
    log::debug(error.what());
    return false;
  }
}

void PoolMember::await_end_at_engine() const noexcept {
  if (watch.is_alive().value_or(true)) {
    return;
  }
  try {
    (void)container.client().containers().wait(container.id(), WaitUntil::NotRunning,
                                               Deadline::in(kEndLimit));
  } catch (const std::exception& error) {
    log::debug(error.what());  // it is gone already, or its evidence will say that it runs
  }
}

bool PoolMember::is_held() const noexcept {
  try {
    return guard_of(container.id()) != nullptr;
  } catch (const InvalidArgumentError&) {
    return false;  // moved from
  }
}

}  // namespace drydock
