// The watchdog of a run, of which there is one for each engine, whatever the number of the run's processes:
// removes at the run's end what belongs to the run. Thread-safe.
#pragma once

#include "drydock/docker/client.h"

#include "container/run.h"

namespace drydock {

/// Returns with a watchdog that has acknowledged that it watches the run, started now unless one does
/// already; in little time then, and without asking the engine. Does nothing for a run that is this process:
/// that has its own. When none can be started, says so through the log, once, and goes on without; see
/// Watchdog::ensure() for the settings. Blocks at most 10 s.
void ensure_run_watchdog(const Client& client, const Run& run) noexcept;

}  // namespace drydock
