// Gives the rest of this layer the owning half of a TestContainer.
#pragma once

#include <memory>
#include <utility>

#include "drydock/container/test_container.h"

#include "container/container_guard.h"

namespace drydock {

class GuardAccess {
 public:
  /// Throws InvalidArgumentError when `container` was moved from or released.
  static ContainerGuard& guard(const TestContainer& container) { return container.guard(); }
  /// Lets `container` stand for another guard; what the old one owned must be gone.
  static void replace(TestContainer& container, std::shared_ptr<ContainerGuard> guard) {
    container.guard_ = std::move(guard);
  }
};

}  // namespace drydock
