// Reads small files whole, such as those in /proc.
#pragma once

#include <string>

namespace drydock {

/// Returns the file's bytes; what there was of them when reading fails (a process whose file in /proc it is
/// may end under the read), and nothing when it cannot be opened. Never throws for either.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace drydock
