// The images of a matrix as text: what DRYDOCK_IMAGES puts in their place, and names for reports. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock {

/// Returns `images` with those of the repositories that `text`, the value of DRYDOCK_IMAGES, names replaced,
/// in the place of the first of them. Throws InvalidArgumentError naming the entry.
[[nodiscard]] std::vector<std::string> with_overrides(const std::vector<std::string>& images,
                                                      std::string_view text);

/// Returns a name for each image, of letters, digits and '_', no two alike. Throws InvalidArgumentError for a
/// reference that is none, and for an image that stands twice.
[[nodiscard]] std::vector<std::string> names_of(const std::vector<std::string>& images);

}  // namespace drydock
