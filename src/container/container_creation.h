// Creates a container from a spec, pulling its image when the policy says so. Thread-safe.
#pragma once

#include <string>

#include "drydock/base/deadline.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

struct Creation {
  ContainerId id{};
  std::string name{};
  Deadline deadline{};  ///< what is left of spec.start_timeout; the time of a pull does not count
};

/// Throws InvalidArgumentError with every fault of the spec before anything is sent; EngineError NotFound for
/// an image that is not there and must not be pulled. One request when the image is there.
[[nodiscard]] Creation create_by_policy(const Client& client, const ContainerSpec& spec);

}  // namespace drydock
