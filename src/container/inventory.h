// All that Drydock has at an engine, whoever made it, each with the verdict on it. One list request for each
// kind; where something is left behind that a kept container may use, one more, and one inspect for each kept
// container. Thread-safe.
#pragma once

#include <vector>

#include "drydock/docker/client.h"

#include "container/engine_objects.h"
#include "container/verdict.h"

namespace drydock {

struct InventoryItem {
  EngineObject object{};
  Verdict verdict{Verdict::Foreign};  ///< Kept, too, for a network or volume that a kept container uses
};

/// Looks at what carries `filter`, a label as "key" or "key=value"; in the order in which it can be removed.
[[nodiscard]] std::vector<InventoryItem> take_inventory(const Client& client, const std::string& filter,
                                                        bool with_images, Deadline deadline);

}  // namespace drydock
