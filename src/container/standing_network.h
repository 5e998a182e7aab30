// What a container's network is when it is to outlive the container (ContainerSpec::standing_network): an
// anchor (anchor.h) holds it, the container joins it, and so does the one that replaces the container, once
// nothing of its predecessor is left in there. Where that cannot be had or cannot be known, the next best is
// taken, and the log says so: a new anchor, or a container with a network of its own. Thread-safe.
#pragma once

#include "drydock/base/error.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

#include "container/anchor.h"
#include "container/container_creation.h"

namespace drydock {

/// Creates a container that joins the network of `anchor`, or of one that is raised first. Where the engine
/// refuses that, it creates one with a network of its own and warns. Throws like create_by_policy(); the
/// anchor is then gone, unless somebody else holds it.
[[nodiscard]] Creation create_standing(const Client& client, const ContainerSpec& spec, AnchorPtr anchor);

/// Returns the anchor when it runs and no socket of those that used its network is left in it, which this
/// brings about within 2 s where it can; else lets go of it and returns null. Its users must be gone. Never
/// throws for what the engine or the kernel refuses. One request.
[[nodiscard]] AnchorPtr vacated(AnchorPtr anchor);

/// Returns whether the engine may have refused to start a container in its anchor's network: nothing that the
/// image, or the command, is to blame for.
[[nodiscard]] bool is_refused_start(const EngineError& error);

/// Warns that a container starts with a network of its own, and why.
void warn_of_own_network(const ContainerSpec& spec, const EngineError& error);

/// Throws InvalidArgumentError when `spec` asks for a standing network, which `what` cannot have.
void refuse_standing_network(const ContainerSpec& spec, const char* what);

}  // namespace drydock
