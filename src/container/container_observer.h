// Who is told of each container that a guard of this process is made for, and of the phases of their lives.
#pragma once

#include <string>

#include "drydock/container/spec.h"

#include "observability/phase.h"

namespace drydock {

/// At most one for a process, which must stay like a PhaseObserver.
class ContainerObserver : public PhaseObserver {
 public:
  /// Is called on the thread that made the container, after the phase of its create.
  virtual void on_created(const std::string& name, const ContainerSpec& spec) noexcept = 0;

 protected:
  ContainerObserver() = default;
  ContainerObserver(const ContainerObserver&) = default;
  ContainerObserver& operator=(const ContainerObserver&) = default;
  ~ContainerObserver() = default;
};

/// Sets the observer, of phases too; null: nobody. Thread-safe.
void observe_containers(ContainerObserver* observer) noexcept;

/// Tells the observer, where there is one.
void tell_created(const std::string& name, const ContainerSpec& spec) noexcept;

}  // namespace drydock
