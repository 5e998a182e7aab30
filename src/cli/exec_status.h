// What the verbs that run a command end with when they cannot run it, so that it is told from the command's
// own exit code.
#pragma once

#include <functional>

namespace drydock::cli {

/// Returns what `body` does. An Error that it throws is printed and becomes kExecFailed; bad usage and an
/// engine that does not answer are thrown on.
[[nodiscard]] int with_exec_status(const std::function<int()>& body);

}  // namespace drydock::cli
