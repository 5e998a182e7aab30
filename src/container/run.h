// The run that this process is part of: what is shared between test programs belongs to it, and goes with it.
// Under ctest that is ctest's process. Thread-safe.
#pragma once

#include <string>

#include "container/owner.h"

namespace drydock {

struct Run {
  std::string id{};  ///< DRYDOCK_SESSION, or made of the owner: the same in each process of the run
  Owner owner{};     ///< ends when the run ends
  bool is_this_process{false};  ///< there is no run beyond this program
};

/// Returns the run: the process that DRYDOCK_SESSION_PID names, else the ctest among the ancestors, else this
/// process. A ctest that was found once stays the run when it is killed; a forked child keeps its parent's.
/// Throws InvalidArgumentError when DRYDOCK_SESSION_PID is no number or names no process that runs, and like
/// current_session().
[[nodiscard]] Run current_run();

/// Returns the run in words, for messages: "the run 1a2b3c4d5e6f7a8b of process 42".
[[nodiscard]] std::string describe(const Run& run);

}  // namespace drydock
