// What tells one seeded image from another. Pure.
#pragma once

#include <string>

#include "drydock/container/seeded_image.h"

namespace drydock {

/// Returns 64 hexadecimal digits that depend on the base image's id and on everything in `spec` that has an
/// effect on the image's content; not on its conditions, times and the base's name.
[[nodiscard]] std::string seed_hash(const std::string& base_id, const SeedSpec& spec);

}  // namespace drydock
