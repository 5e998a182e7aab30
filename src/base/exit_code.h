// What exit codes mean by the conventions of shells and engines.
#pragma once

#include <string>

namespace drydock {

/// Returns the meaning of a code that has one, such as "SIGKILL" for 137; else an empty string.
[[nodiscard]] std::string exit_code_meaning(int exit_code);

}  // namespace drydock
