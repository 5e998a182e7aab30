// Pulls images before the tests run: side by side, each in the version that a lock file pins. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "drydock/docker/client.h"

#include "docker/image_lock.h"

namespace drydock {

enum class ImageStatus {
  Present,  ///< the engine had it, in the version that is wanted
  Pulled,   ///< by its tag, or by the digest that it has in its reference
  Pinned,   ///< by the digest of the lock file, and tagged: the engine had another version, or none
  Failed,
};
[[nodiscard]] const char* to_string(ImageStatus status) noexcept;  // "present", ...

struct ImageOutcome {
  std::string image{};  ///< as it was asked for
  std::string used{};   ///< what substitute_image() made of it; empty when that failed
  ImageStatus status{ImageStatus::Failed};
  std::string digest{};   ///< "sha256:..." at its registry; empty for an image that has none
  std::string problem{};  ///< Failed: why
};

struct PreflightOptions {
  std::size_t jobs{4};          ///< pulls at a time
  bool require_digests{false};  ///< fail for an image that neither the lock nor its own reference pins
  bool update{false};           ///< ask the registries for the newest, instead of holding to the lock
  /// Is told of each line of progress: the image and what is said of it. One thread at a time.
  std::function<void(const std::string& image, const std::string& line)> on_progress{};
};

/// Makes sure that the engine has each of the images, or what substitute_image() makes of it: the lock names
/// images as they are asked for, and its digests hold for what is taken in their place. A failure is an
/// outcome, and does not keep the others from being pulled. Returns the outcomes in the order of `images`, of
/// which each is looked at once. Blocks as long as the pulls do.
[[nodiscard]] std::vector<ImageOutcome> pull_ahead(const Client& client, std::vector<std::string> images,
                                                   const ImageLock& lock, const PreflightOptions& options);

}  // namespace drydock
