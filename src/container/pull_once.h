// One pull of an image, however many threads ask for it at a time. Thread-safe; a forked child starts anew.
#pragma once

#include <cstdint>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

/// Returns how many pulls of this image by this engine have succeeded so far. To be asked before it is known
/// whether the image is there.
[[nodiscard]] std::uint64_t pulls_of(const Client& client, const std::string& image,
                                     const std::string& platform);

/// Pulls the image. Makes no request when a pull has succeeded since pulls_of() said `seen`; waits for the
/// pull that another thread is making, and throws what that throws. A failure is not remembered: the next
/// call pulls again. Blocks as long as Images::pull() does.
void pull_once(const Client& client, const std::string& image, const std::string& platform,
               std::uint64_t seen);

}  // namespace drydock
