// What the tests of standing networks share.
#pragma once

#include <string>

#include "drydock/container/test_container.h"

#include "support/real_engine.h"

namespace drydock {

inline constexpr std::uint16_t kStandingPort = 7000;

/// Returns a container with a standing network, a published port, and no socket of its own.
[[nodiscard]] inline ContainerSpec standing_spec() {
  return {.image = kBusybox, .command = {"sleep", "600"}, .ports = {kStandingPort}, .standing_network = true};
}

/// Returns the id of the anchor whose network a container has joined; empty when it has its own.
[[nodiscard]] inline ContainerId anchor_of(const TestContainer& box) {
  const std::string mode = box.inspect().network_mode;
  return mode.starts_with("container:") ? mode.substr(mode.find(':') + 1) : "";
}

}  // namespace drydock
