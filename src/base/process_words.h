// The words that a new process is started with: its arguments and its environment, as exec and posix_spawn
// take them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace drydock {

/// Returns the addresses of `words`, with a null at the end. They last as long as `words` is not changed.
[[nodiscard]] std::vector<char*> pointers_to(std::vector<std::string>& words);

/// Returns this process's environment as NAME=VALUE, with the values of `more` in the place of its own.
[[nodiscard]] std::vector<std::string> environment_with(const std::map<std::string, std::string>& more);

}  // namespace drydock
