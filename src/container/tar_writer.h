// Writes tar archives for `PUT /containers/ID/archive`: POSIX ustar, with pax headers for what ustar cannot
// say (IEEE Std 1003.1, pax). Pure functions; the archive is held in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drydock/container/spec.h"

namespace drydock {

/// Returns the header of a regular file: one block of 512 bytes, or three and more when a path, an owner or a
/// size needs a pax header before it. The content of `size` bytes follows, filled up to a whole block.
[[nodiscard]] std::string tar_header(const File& file, std::uint64_t size);

/// Returns an archive of `files`, with paths relative to the root directory and a modification time of 0, so
/// that equal files make equal archives. It has no entries for directories: the engine makes the missing
/// ones (0755, root), whereas an entry would change owner and mode of those that are there, such as /tmp.
[[nodiscard]] std::string make_tar(const std::vector<File>& files);

}  // namespace drydock
