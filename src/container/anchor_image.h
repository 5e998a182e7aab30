// The image of the anchors (anchor.h): one static program, whose bytes are in this library. It is loaded into
// an engine that does not have it, never pulled, and stays there: a few kilobytes that later runs find. Its
// bytes alone decide its id and its tag, so that any number of processes may load it at once. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "drydock/base/deadline.h"
#include "drydock/docker/client.h"

namespace drydock {

/// Returns the program's bytes; empty when this build could not link it.
[[nodiscard]] std::string_view anchor_program() noexcept;

/// Returns "drydock/anchor:HASH-ARCHITECTURE", after the program's bytes and what they run on.
[[nodiscard]] std::string anchor_reference();

/// Returns the image as `docker save` would write it. Pure: always the same bytes.
[[nodiscard]] std::string anchor_archive();

/// Sees to it that the engine has the image, and returns its reference. One request when it is there; else
/// three, with `POST /images/load`. Throws EngineError when the engine refuses it, Unsupported when this
/// build has no program, and what the connection throws.
std::string ensure_anchor_image(const Client& client, Deadline deadline);

}  // namespace drydock
