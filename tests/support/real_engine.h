// What tests against a real engine share: a spec that starts fast and stays, and a look at what is left.
#pragma once

#include <string>
#include <vector>

#include "drydock/container/spec.h"

#include "container/engine_objects.h"

namespace drydock {

/// The image with busybox and a shell, made by scripts/images.
inline constexpr const char* kBusybox = "drydock-test/busybox:1";

/// Returns a container that runs until it is removed, without a network: that starts 69 ms sooner.
[[nodiscard]] inline ContainerSpec idle_spec() {
  return {.image = kBusybox, .command = {"sleep", "600"}, .network_mode = "none"};
}

/// Returns what carries the label, such as "drydock.session=X": containers, networks, volumes and images,
/// running or not, as "kind name-or-id".
[[nodiscard]] inline std::vector<std::string> left_behind(const std::string& filter) {
  std::vector<std::string> left;
  for (const ObjectKind kind : kRemovalOrder) {
    for (const EngineObject& object : find_objects(Client::from_environment(), kind, filter)) {
      left.push_back(std::string{to_string(kind)} + " " + object.id);
    }
  }
  return left;
}

/// Waits until nothing carries the label, for what a watchdog removes; 20 s at most. Returns whether nothing
/// does.
[[nodiscard]] bool all_gone(const std::string& filter);

/// Returns what this process's session has at the engine.
[[nodiscard]] std::vector<std::string> left_behind_here();

}  // namespace drydock
