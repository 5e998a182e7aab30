// The watchdog process: outlives its owner and removes what the owner left. The owner's side is watchdog.h.
//
// It is spoken to over stdin, a socket: it says "ready\n", or "error: WHY\n", once; the owner says 'c' when
// it has removed all that it made, and 'd' when it makes something after all.
#pragma once

#include <optional>
#include <string>

#include "drydock/transport/endpoint.h"

#include "container/owner.h"

namespace drydock {

inline constexpr char kSaysClean = 'c';
inline constexpr char kSaysDirty = 'd';

struct WatchOrder {
  Owner owner{};
  Endpoint endpoint{};
  /// The ctest that the owner runs under. When that is killed, the owner, which nobody waits for any more, is
  /// ended: SIGTERM, and SIGKILL half a second later.
  std::optional<Owner> runner{};
  /// A file, of which a watchdog keeps a lock while it watches: where another has it, this one says that it
  /// is ready and ends. For an owner that does not speak to its watchdog, which then removes the run's lock
  /// files, too. Empty: there may be several.
  std::string only_one{};
};

/// Waits for the owner's end and removes what it left, unless it said that it left nothing. Returns the
/// process's exit code. Blocks as long as the owner lives, and at most 60 s longer.
int watch(const WatchOrder& order);

}  // namespace drydock
