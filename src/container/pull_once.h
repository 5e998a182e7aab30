// One pull of an image, however many threads, and processes of this user, ask for it at a time. Thread-safe;
// a forked child starts anew.
#pragma once

#include <cstdint>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

/// Returns how many pulls of this image by this engine have succeeded so far. To be asked before it is known
/// whether the image is there.
[[nodiscard]] std::uint64_t pulls_of(const Client& client, const std::string& image,
                                     const std::string& platform);

enum class PullWish {
  Newest,   ///< what the registry has now
  Missing,  ///< the image, which the engine did not have a moment ago
};

/// Pulls the image. Makes no request when a pull has succeeded since pulls_of() said `seen`; waits for the
/// pull that another thread is making, and throws what that throws. A failure is not remembered: the next
/// call pulls again. For a missing image it waits for the process that is pulling it, and makes no pull of
/// its own when that has brought the image. Blocks as long as Images::pull() does.
void pull_once(const Client& client, const std::string& image, const std::string& platform,
               std::uint64_t seen, PullWish wish = PullWish::Newest);

}  // namespace drydock
