// What the engine says happened, by its event log.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace drydock {

/// Returns the ids of the containers that carry `label`, such as "drydock.owner=X", and to which `action`
/// ("create", "start", "destroy") happened since; in order. `GET /events`.
[[nodiscard]] std::vector<std::string> container_events(const std::string& action, const std::string& label,
                                                        std::chrono::system_clock::time_point since);

}  // namespace drydock
