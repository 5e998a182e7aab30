// From a spec to a container that is ready, and back to ready after a stop. Whatever fails on the way is
// thrown with the container's evidence in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drydock/base/source_location.h"
#include "drydock/container/evidence.h"
#include "drydock/container/spec.h"
#include "drydock/container/wait.h"
#include "drydock/docker/client.h"

#include "container/container_guard.h"

namespace drydock {

class TestContainer;

struct CreatedGuard {
  std::shared_ptr<ContainerGuard> guard{};
  Deadline deadline{};  ///< for bring_up()
};

/// Creates the container and its guard, which is registered from then on. `anchor`: what holds the network of
/// the container that this one replaces, where it is one of a standing network; else an anchor is raised.
[[nodiscard]] CreatedGuard create_guarded(ContainerSpec spec, Client client, SourceLocation where,
                                          std::shared_ptr<const ContainerSpec> origin = nullptr,
                                          AnchorPtr anchor = nullptr);

/// The same for a container that counts among those that DRYDOCK_MAX_CONTAINERS bounds. Waits for a slot, at
/// most spec.start_timeout, before anything is made; throws TimeoutError.
[[nodiscard]] CreatedGuard create_counted(ContainerSpec spec, Client client, SourceLocation where);

/// Joins further networks, copies files in, starts and awaits a created container. `face` is what Custom
/// conditions are given. Removes the container before it throws.
void bring_up(ContainerGuard& guard, const TestContainer& face, Deadline deadline);

/// Lets `box` stand for the guard, and brings its container up. Where the engine refuses to start it in its
/// anchor's network, another with a network of its own takes its place, and a warning is logged.
void bring_up_in(TestContainer& box, CreatedGuard created);

/// Starts a stopped container and awaits it; log lines of an earlier run do not count.
void bring_up_again(ContainerGuard& guard, const TestContainer& face);

/// Checks that a container that was not started anew runs, and meets its spec's conditions again.
void await_ready_again(ContainerGuard& guard, const TestContainer& face);

/// Throws ContainerStartError with the evidence unless the container runs. One request where conditions were
/// waited for since its state was last read.
void require_running(ContainerGuard& guard);

/// Returns the error of a container that is of no use, with its evidence, which counts as shown.
[[nodiscard]] ContainerStartError start_error(ContainerGuard& guard, ErrorCode code, const std::string& what);

/// Waits for conditions; throws ContainerStartError with the evidence.
void await_conditions(ContainerGuard& guard, const TestContainer& face,
                      const std::vector<wait::Condition>& conditions, Deadline deadline);

}  // namespace drydock
