// What the tests of shared containers share.
#pragma once

#include <string>

#include "drydock/container/spec.h"

#include "support/real_engine.h"

namespace drydock {

/// Returns a container that is ready a moment after its start and has words to show. `mark` tells it from
/// those of other tests.
[[nodiscard]] inline ContainerSpec shared_spec(const std::string& mark = {}) {
  return {.image = kBusybox,
          .command = {"sh", "-c", "sleep 0.3; echo shared: ready; exec sleep 3600"},
          .env = {{"MARK", mark}},
          .network_mode = "none",
          .ready = {wait::LogLine{.contains = "shared: ready"}}};
}

}  // namespace drydock
