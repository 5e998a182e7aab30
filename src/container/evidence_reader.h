// Reads a container's evidence while it still exists. Never throws: what cannot be read is said in
// Evidence::problem, for a failure's report must not fail itself.
#pragma once

#include <optional>

#include "drydock/base/deadline.h"
#include "drydock/container/evidence.h"
#include "drydock/container/test_context.h"
#include "drydock/docker/client.h"

namespace drydock {

/// What a guard knows of its container without asking the engine.
struct EvidenceSource {
  Client client;
  ContainerId id{};
  std::string name{}, image{}, run_line{};
  std::vector<PublishedPort> ports{};  ///< those last seen: a container that has ended publishes none
  int log_tail{50};                    ///< lines
  SourceLocation where{};
};

/// Reads state, image and log by two inspects and one or two log requests. The full log is saved when a test
/// runs or DRYDOCK_LOG_DIR is set.
[[nodiscard]] Evidence read_evidence(const EvidenceSource& source, const std::optional<TestContext>& context,
                                     Deadline deadline) noexcept;

}  // namespace drydock
