// One container for a whole run: all test programs that one ctest starts, or this program where there is no
// ctest. It is made once, by whoever asks first, awaited by all, and removed when the run ends.
//
//   TestContainer db = shared_container({.image = "postgres:16",
//                                        .ports = {5432},
//                                        .ready = {wait::LogLine{.contains = "ready to accept
//                                        connections"}}});
//
// The run is ctest's process, found among this process's ancestors, or the one that DRYDOCK_SESSION_PID
// names. When it ends, by itself or by a signal, the run's watchdog removes the container.
#pragma once

#include <chrono>
#include <optional>

#include "drydock/base/source_location.h"
#include "drydock/container/reset.h"
#include "drydock/container/spec.h"
#include "drydock/container/test_container.h"
#include "drydock/docker/client.h"

namespace drydock {

struct SharedOptions {
  /// A container that is older at attach is replaced, once nobody uses it. 0: none is too old.
  std::chrono::seconds max_age{0};
  /// Brings the container back to clean before it is handed out, unless it was just made; it is then held
  /// exclusively. Exec, Restart, or Recreate, which replaces it; FromSnapshot is refused.
  std::optional<Reset> reset{};
  /// Waits until nobody else uses the container, and keeps others waiting as long as the guard lives: it may
  /// be stopped, started and reset meanwhile.
  bool exclusive{false};
};

/// Returns a guard that borrows the run's container for `spec`: its end never removes it.
///
/// Programs share a container when they ask the same engine for the same thing: same image id, command,
/// environment, mounts, files, networks and so on; conditions and time limits do not count. A spec with a
/// name stands for one container of the run: InvalidArgumentError when that was made from another spec, or
/// another image. Without a name, what differs is another container.
///
/// Each caller awaits the spec's conditions, from the log's beginning. A container that has ended since, or
/// whose creator died before it started it, is replaced; one that is paused is an error. When it does not
/// become ready, whoever made it removes it, and each who waited for it throws ContainerStartError, with what
/// evidence is left by then; who has lost it before that tries once more, and makes it perhaps.
///
/// Throws like TestContainer's constructor; TimeoutError when the use that it asks for is not free within
/// spec.start_timeout; InvalidArgumentError for a DRYDOCK_SESSION_PID that names no process. Blocks at most
/// three times the sum of spec.start_timeout and spec.ready_timeout, and the time of a pull.
[[nodiscard]] TestContainer shared_container(ContainerSpec spec, const SharedOptions& options = {},
                                             Client client = Client::from_environment(),
                                             SourceLocation where = SourceLocation::current());

}  // namespace drydock
