// Gives the rest of this layer the owning half of a TestContainer.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "drydock/container/test_container.h"

#include "container/container_guard.h"

namespace drydock {

class GuardAccess {
 public:
  /// Throws InvalidArgumentError when `container` was moved from or released.
  static ContainerGuard& guard(const TestContainer& container) { return container.guard(); }
  /// Returns a handle for the guard, which it ends.
  static TestContainer wrap(std::shared_ptr<ContainerGuard> guard) { return TestContainer{std::move(guard)}; }
  /// Lets `container` stand for another guard; what the old one owned must be gone. Its users' shells follow.
  static void replace(TestContainer& container, std::shared_ptr<ContainerGuard> guard) {
    if (guard && container.guard_) {
      guard->take_over_shells(*container.guard_);
    }
    container.guard_ = std::move(guard);
  }
};

/// Returns a handle for a container that somebody else removes. A failing test shows its evidence like that
/// of a container of its own. `spec` says what is known of it: the image, for messages and the `docker run`
/// line, and log_tail. Throws EngineError NotFound when there is no such container. One request.
[[nodiscard]] TestContainer borrow(ContainerSpec spec, Client client, ContainerId id, std::string name,
                                   SourceLocation where, Loan loan = {});

}  // namespace drydock
