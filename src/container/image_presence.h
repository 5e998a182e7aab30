// Whether the engine has a spec's image, and what is done about it by the spec's pull policy. Thread-safe.
#pragma once

#include "drydock/base/error.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

/// Returns the image's details, having pulled it where the policy says so. Throws image_never_pulled() and
/// what Images::pull() throws. Blocks as long as a pull.
ImageDetails ensure_image(const Client& client, const ContainerSpec& spec);

/// Returns the error for an image that is not there and is not to be pulled.
[[nodiscard]] EngineError image_never_pulled(const ContainerSpec& spec, ErrorContext context);

}  // namespace drydock
