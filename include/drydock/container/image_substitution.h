// Other image references in the place of those that specs name: for mirrors, and machines without a network.
//
//   DRYDOCK_IMAGE_PREFIX=mirror.example:5000/hub/   postgres:17 → mirror.example:5000/hub/postgres:17
//   DRYDOCK_IMAGE_MAP=images.map                    a line "postgres:* registry.example/db/pg:*"
//
// A reference goes through the program's own function, then the map, whose answer is final, then the prefix.
// Each place that takes an image asks once: guards, pools, shared containers, seeded images, `drydock up`,
// `run` and `pull`. Where nothing is set nothing is read. Thread-safe.
#pragma once

#include <functional>
#include <string>

namespace drydock {

/// Returns what to take in the place of a reference; the reference itself where there is nothing to replace.
/// Called by any thread, also by several at once.
using ImageSubstitution = std::function<std::string(const std::string& image)>;

/// Has this program's references go through `substitution` first; an empty one ends that. What it was before
/// is kept until the program ends, for threads that are just calling it.
void set_image_substitution(ImageSubstitution substitution);

/// Returns what `image` becomes. Left alone are image ids ("sha256:..."), what Drydock made itself (snapshots
/// and seeded images), and what is no image reference. The prefix concerns images of Docker Hub only; a
/// digest stays behind it, and what begins with it stays as it is.
///
/// Throws InvalidArgumentError, naming the rule, for a prefix or a map that cannot work, and for an answer
/// that is no image reference; whatever the program's function throws. Reads the map when its file has
/// changed.
[[nodiscard]] std::string substitute_image(const std::string& image);

}  // namespace drydock
