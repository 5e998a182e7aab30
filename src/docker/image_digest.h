// What tells one version of an image from another: its digest at a registry. Pure functions.
#pragma once

#include <string>

#include "drydock/docker/images.h"

namespace drydock {

/// Returns the digest, "sha256:...", under which the repository of `reference` has this image; empty when the
/// engine knows of none: the image was built, loaded or imported here, or came from another repository.
[[nodiscard]] std::string digest_at_repository(const ImageDetails& image, const ImageReference& reference);

/// Returns what names exactly this image to people: "repository@sha256:..." of the reference's repository,
/// else of another one that has it, else the image's id.
[[nodiscard]] std::string exact_name(const ImageDetails& image, const std::string& reference);

}  // namespace drydock
