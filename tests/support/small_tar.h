// Writes the smallest tar archives that tests need.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

/// Returns an uncompressed tar archive (ustar) that holds one regular file of mode 0644.
[[nodiscard]] std::string tar_of_file(std::string_view name, std::string_view content);

}  // namespace drydock
