// Who is told of each container that a guard of this process is made for.
#pragma once

#include <string>

#include "drydock/container/spec.h"

namespace drydock {

/// Is called on the thread that made the container. At most one for a process, which must stay until it has
/// been taken back: best an object that is never destroyed.
class CreationObserver {
 public:
  virtual void on_created(const std::string& name, const ContainerSpec& spec) noexcept = 0;

 protected:
  CreationObserver() = default;
  CreationObserver(const CreationObserver&) = default;
  CreationObserver& operator=(const CreationObserver&) = default;
  ~CreationObserver() = default;
};

/// Sets the observer; null: nobody. Thread-safe.
void observe_creations(CreationObserver* observer) noexcept;

/// Tells the observer, where there is one.
void tell_created(const std::string& name, const ContainerSpec& spec) noexcept;

}  // namespace drydock
