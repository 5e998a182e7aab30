// Tells a command's own end from its container's death, which ends it too.
#pragma once

#include <chrono>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"
#include "drydock/docker/client.h"

namespace drydock {

/// Throws EngineError ContainerExited when the container is dead or gone, or becomes so within `limit`: the
/// engine may tell of a command's end before it tells of its container's. The message says that `who` was cut
/// off, how the container ended, and `words`. One request at least.
void throw_if_cut_off(const Client& client, const std::string& container, std::chrono::nanoseconds limit,
                      Deadline deadline, const std::string& who, const std::string& words,
                      const ErrorContext& context);

}  // namespace drydock
