#include "container/background_remover.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "drydock/container/background_removal.h"
#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "container/background_thread.h"
#include "container/container_guard.h"

namespace drydock {
namespace {

// The engine removes several side by side; more than these only wait for each other there.
constexpr std::size_t kMostThreads = 8;
constexpr std::chrono::seconds kDrainLimit{60};

PerProcess<BackgroundRemover> removers;

bool have_a_port_in_common(const ContainerSpec& first, const ContainerSpec& second) {
  return std::any_of(first.ports.begin(), first.ports.end(), [&](const Port& port) {
    return port.host != 0 && std::any_of(second.ports.begin(), second.ports.end(), [&](const Port& other) {
             return other.host == port.host && other.protocol == port.protocol;
           });
  });
}

bool has_fixed_port(const ContainerSpec& spec) {
  return std::any_of(spec.ports.begin(), spec.ports.end(), [](const Port& port) { return port.host != 0; });
}

bool uses(const ContainerSpec& spec, const OwnedObject& object) {
  if (object.kind() == ObjectKind::Volume) {
    return std::any_of(spec.mounts.begin(), spec.mounts.end(), [&](const Mount& mount) {
      return mount.type == Mount::Type::Volume && mount.source == object.name();
    });
  }
  const auto is_it = [&](const std::string& network) {
    return network == object.name() || network == object.id();
  };
  return is_it(spec.network_mode) ||
         std::any_of(spec.networks.begin(), spec.networks.end(),
                     [&](const NetworkJoin& join) { return is_it(join.network); });
}

}  // namespace

BackgroundRemover& BackgroundRemover::of_this_process() {
  return removers.get();
}

void BackgroundRemover::add(std::shared_ptr<ContainerGuard> guard) {
  join_ended();
  const std::lock_guard lock{mutex_};
  if (running_.size() < std::min(kMostThreads, pending_.size() + 1)) {
    start_thread();
  }
  pending_.push_back(guard);
  queue_.push_back(std::move(guard));
}

// Called with the mutex held, which the new thread waits for.
void BackgroundRemover::start_thread() {
  ended_.reserve(running_.size() + ended_.size() + 1);  // so that a thread that ends cannot fail
  running_.reserve(running_.size() + 1);
  try {
    running_.push_back(background_thread([this] { work(); }));
  } catch (const std::exception&) {
    if (running_.empty()) {
      throw;
    }
  }
}

void BackgroundRemover::work() noexcept {
  std::unique_lock lock{mutex_};
  while (!queue_.empty()) {
    const std::shared_ptr<ContainerGuard> guard = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    guard->dispose();
    lock.lock();
    pending_.erase(std::find(pending_.begin(), pending_.end(), guard));
    removed_.notify_all();
  }
  const auto self = std::find_if(running_.begin(), running_.end(), [](const std::thread& thread) {
    return thread.get_id() == std::this_thread::get_id();
  });
  ended_.push_back(std::move(*self));
  running_.erase(self);
  removed_.notify_all();
}

void BackgroundRemover::join_ended() {
  std::vector<std::thread> ended;
  {
    const std::lock_guard lock{mutex_};
    ended.swap(ended_);
    ended_.reserve(running_.size());
  }
  for (std::thread& thread : ended) {
    thread.join();
  }
}

bool BackgroundRemover::drain(Deadline deadline) {
  const Deadline limit = deadline.or_in(kDrainLimit);
  bool done = false;
  {
    std::unique_lock lock{mutex_};
    done = removed_.wait_until(lock, Deadline::Clock::now() + limit.remaining(),
                               [this] { return pending_.empty() && running_.empty(); });
  }
  join_ended();
  return done;
}

bool BackgroundRemover::has_any(const Matches& matches) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const std::shared_ptr<ContainerGuard>& guard) { return matches(*guard); });
}

bool BackgroundRemover::await_none(const Matches& matches, Deadline deadline) {
  std::unique_lock lock{mutex_};
  const auto is_clear = [&] { return !has_any(matches); };
  if (is_clear()) {
    return true;
  }
  return removed_.wait_until(lock, Deadline::Clock::now() + deadline.or_in(kDrainLimit).remaining(),
                             is_clear);
}

void BackgroundRemover::await_claims(const ContainerSpec& spec, Deadline deadline) {
  if (spec.name.empty() && !has_fixed_port(spec)) {
    return;
  }
  const auto has_claim = [&](const ContainerGuard& guard) {
    return (!spec.name.empty() && guard.name() == spec.name) || have_a_port_in_common(guard.spec(), spec);
  };
  if (!await_none(has_claim, deadline)) {
    log::warn(
        fmt::format("the removal of the container that holds the name '{}' or a fixed host port of the "
                    "new one takes too long; the engine may refuse the new one",
                    spec.name));
  }
}

void BackgroundRemover::await_users(const OwnedObject& object, Deadline deadline) {
  await_none([&](const ContainerGuard& guard) { return uses(guard.spec(), object); }, deadline);
}

bool drain_background_removals(Deadline deadline) {
  return BackgroundRemover::of_this_process().drain(deadline);
}

}  // namespace drydock
