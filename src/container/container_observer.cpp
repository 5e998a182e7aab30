#include "container/container_observer.h"

#include <atomic>

namespace drydock {
namespace {

std::atomic<ContainerObserver*> the_observer{nullptr};

}  // namespace

void observe_containers(ContainerObserver* observer) noexcept {
  the_observer.store(observer, std::memory_order_release);
  observe_phases(observer);
}

void tell_created(const std::string& name, const ContainerSpec& spec) noexcept {
  if (ContainerObserver* const observer = the_observer.load(std::memory_order_acquire)) {
    observer->on_created(name, spec);
  }
}

}  // namespace drydock
