// Which image references mean Docker Hub, and how its images are called for short. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "drydock/docker/images.h"

namespace drydock {

/// Returns whether the reference has no registry, or one of the names of Docker Hub.
[[nodiscard]] bool is_of_hub(const ImageReference& image);

/// Returns the text behind "docker.io/", "index.docker.io/" or "registry.hub.docker.com/"; all of it where it
/// begins with none of them.
[[nodiscard]] std::string_view without_hub_host(std::string_view reference);

/// Returns the short form, with tag or digest: "docker.io/library/redis", "library/redis" and "redis" are
/// "redis:latest". Another registry's image is as it is.
[[nodiscard]] std::string short_form(ImageReference image);

}  // namespace drydock
