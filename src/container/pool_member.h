// One container of a pool, and what the pool knows of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "drydock/container/test_container.h"

#include "container/container_guard.h"
#include "container/process_watch.h"

namespace drydock {

/// One thread at a time: the pool, a worker or the lease has it.
struct PoolMember {
  explicit PoolMember(TestContainer started);

  /// Takes note of the container's process, and of its guard, which a reset may have exchanged. One inspect.
  void adopt();
  /// Returns whether the container runs: by the kernel, else by one inspect. Never throws: what cannot be
  /// inspected is not alive.
  [[nodiscard]] bool is_alive(Deadline deadline) const noexcept;
  /// Returns false when its user took the container out of the lease, removed or released it.
  [[nodiscard]] bool is_held() const noexcept;

  /// Waits, at most 5 s, for the engine to see the end of a process that the kernel says is dead, so that the
  /// evidence speaks of it.
  void await_end_at_engine() const noexcept;

  TestContainer container;
  std::shared_ptr<ContainerGuard> guard{};
  ProcessWatch watch{};
  std::uint64_t key{0};  ///< for the pool's watch; another one for each process
  std::string fault{};   ///< why it is in quarantine
};

}  // namespace drydock
