// What makes two specs one shared container. Pure.
#pragma once

#include <string>

#include "drydock/container/spec.h"

#include "container/run.h"

namespace drydock {

/// Returns 64 hexadecimal digits: the same for specs from which the engine would make the same container of
/// the same image. Conditions, time limits and the name have no part in it. Throws InvalidArgumentError with
/// every fault of the spec.
[[nodiscard]] std::string shared_key(const ContainerSpec& spec, const std::string& image_id);

/// Returns the engine's name for the run's shared container: "drydock-RUN-KEY", or "drydock-RUN-NAME" where
/// the spec has a name; eight and twelve digits. RUN tells runs apart also where they share DRYDOCK_SESSION.
[[nodiscard]] std::string shared_name(const Run& run, const ContainerSpec& spec, const std::string& key);

}  // namespace drydock
