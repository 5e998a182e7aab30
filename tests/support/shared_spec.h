// What the tests of shared containers share.
#pragma once

#include <cstddef>
#include <string>

#include "drydock/container/spec.h"

#include "support/real_engine.h"

namespace drydock {

/// Returns a container that is ready a moment after its start and has words to show. `mark` tells it from
/// those of other tests. A file of so many bytes is copied in before the start, which takes its time.
[[nodiscard]] inline ContainerSpec shared_spec(const std::string& mark = {}, std::size_t file_bytes = 0) {
  ContainerSpec spec{.image = kBusybox,
                     .command = {"sh", "-c", "sleep 0.3; echo shared: ready; exec sleep 3600"},
                     .env = {{"MARK", mark}},
                     .network_mode = "none",
                     .ready = {wait::LogLine{.contains = "shared: ready"}}};
  if (file_bytes > 0) {
    spec.files = {{.path = "/tmp/file", .content = std::string(file_bytes, 'x')}};
  }
  return spec;
}

}  // namespace drydock
