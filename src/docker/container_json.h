// Reads what the engine says of containers. Fields that an engine leaves out keep their defaults.
#pragma once

#include "drydock/docker/container_types.h"

#include "docker/json.h"

namespace drydock {

/// Reads `GET /containers/ID/json`; `text` is kept whole.
[[nodiscard]] ContainerDetails read_container_details(const Json& json, std::string text);
/// Reads a row of `GET /containers/json`.
[[nodiscard]] ContainerSummary read_container_summary(const Json& json);
/// Reads `GET /containers/ID/top`.
[[nodiscard]] ProcessTable read_process_table(const Json& json);
/// Reads `GET /containers/ID/stats`; `text` is kept whole.
[[nodiscard]] ContainerStats read_container_stats(const Json& json, std::string text);

}  // namespace drydock
