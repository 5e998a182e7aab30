// Removes a container when an exception leaves the scope; the guard then keeps what evidence there is.
#pragma once

#include "container/container_guard.h"

namespace drydock {

class RemoveOnFailure {
 public:
  explicit RemoveOnFailure(ContainerGuard& guard) : guard_(guard) {}
  RemoveOnFailure(const RemoveOnFailure&) = delete;
  RemoveOnFailure& operator=(const RemoveOnFailure&) = delete;
  ~RemoveOnFailure() {
    if (!succeeded_) {
      guard_.dispose();
    }
  }
  void succeeded() noexcept { succeeded_ = true; }

 private:
  ContainerGuard& guard_;
  bool succeeded_{false};
};

}  // namespace drydock
