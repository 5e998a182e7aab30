#include "container/creation_observer.h"

#include <atomic>

namespace drydock {
namespace {

std::atomic<CreationObserver*> the_observer{nullptr};

}  // namespace

void observe_creations(CreationObserver* observer) noexcept {
  the_observer.store(observer, std::memory_order_release);
}

void tell_created(const std::string& name, const ContainerSpec& spec) noexcept {
  if (CreationObserver* const observer = the_observer.load(std::memory_order_acquire)) {
    observer->on_created(name, spec);
  }
}

}  // namespace drydock
