// Asks the kernel whether a container's first process lives: exact and without a request, where the engine
// runs on this machine and in this pid namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace drydock {

/// Holds a pidfd. Thread-safe.
class ProcessWatch {
 public:
  ProcessWatch() = default;
  /// Watches process `pid` (ContainerState::pid) when it is one of container `id`: its control group names
  /// the container. Else nothing is watched.
  ProcessWatch(std::int64_t pid, const std::string& id);

  /// Returns whether the process lives; empty when nothing is watched.
  [[nodiscard]] std::optional<bool> is_alive() const noexcept;
  /// Returns the descriptor, which becomes readable when the process ends; -1 when nothing is watched.
  [[nodiscard]] int descriptor() const noexcept { return process_.get(); }

 private:
  UniqueFd process_;
};

}  // namespace drydock
