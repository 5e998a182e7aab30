// How an image reference becomes another one: the program's function, DRYDOCK_IMAGE_MAP,
// DRYDOCK_IMAGE_PREFIX. Thread-safe.
#pragma once

#include <string>

namespace drydock {

struct ImageChoice {
  std::string image{};
  std::string rule{};  ///< what chose it: "DRYDOCK_IMAGE_PREFIX", "images.map:3"; empty: it is what was asked
};

/// Returns what `image` becomes, and why. Throws like substitute_image().
[[nodiscard]] ImageChoice choose_image(const std::string& image);

/// Returns what the program's own function makes of `image`, for one who applies the rest; `image` where
/// there is none.
[[nodiscard]] ImageChoice choose_by_function(const std::string& image);

/// Checks the variables. Returns what they say, a clause each, joined by ", "; empty where none is set.
/// Throws InvalidArgumentError for one that cannot work.
[[nodiscard]] std::string describe_image_rules();

}  // namespace drydock
