// Which container the shells of a guard are to stand in by now. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include "drydock/docker/client.h"

namespace drydock {

class ShellTarget {
 public:
  struct Aim {
    ContainerId container{};
    std::string image{};
    std::uint64_t era{0};  ///< differs when a shell that was started before is of no use
  };

  ShellTarget(ContainerId container, std::string image)
      : aim_{.container = std::move(container), .image = std::move(image)} {}

  [[nodiscard]] Aim aim() const {
    const std::lock_guard lock{mutex_};
    return aim_;
  }
  /// Says that the container is about to be stopped, paused or removed.
  void begin_era() {
    const std::lock_guard lock{mutex_};
    ++aim_.era;
  }
  /// Says that another container stands for the old one.
  void move_to(ContainerId container, std::string image) {
    const std::lock_guard lock{mutex_};
    aim_ = {.container = std::move(container), .image = std::move(image), .era = aim_.era + 1};
  }

 private:
  mutable std::mutex mutex_{};
  Aim aim_;
};

}  // namespace drydock
