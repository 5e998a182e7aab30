// The request body that a spec becomes. Pure: reads the spec, and the file system only to check bind sources.
#pragma once

#include <string>

#include "drydock/container/spec.h"

namespace drydock {

/// Throws InvalidArgumentError with every fault of the spec at once.
void require_valid(const ContainerSpec& spec);

/// Returns the body of `POST /containers/create` with `extra` labels beside the spec's own: those by which
/// the container is found again. They are set after create_patch_json is merged, so that no patch can make
/// a container that nobody removes. Only the first of spec.networks is in the body, for engines before API
/// 1.44 refuse more than one at create; the others are connected before the start. Host
/// access is written as Docker on Linux takes it; with_host_access() comes first where the engine is another.
/// Throws InvalidArgumentError like require_valid().
[[nodiscard]] std::string create_body(const ContainerSpec& spec, const Labels& extra);

}  // namespace drydock
