// The watchdogs that run on this machine, as /proc shows them.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace drydock {

/// Returns the pids of the watchdogs of an owner, named as Owner::to_text() does.
[[nodiscard]] std::vector<pid_t> watchdogs_of(const std::string& owner);

/// Waits until no watchdog of the owner runs, 90 s at most. Returns whether none does.
[[nodiscard]] bool watchdogs_gone(const std::string& owner);

}  // namespace drydock
