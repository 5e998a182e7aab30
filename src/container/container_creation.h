// Creates a container from a spec, pulling its image when the policy says so. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

#include "container/registry.h"
#include "container/run.h"
#include "container/session.h"

namespace drydock {

class Anchor;

struct Creation {
  ContainerId id{};
  std::string name{};
  std::string nonce{};
  bool kept{false};  ///< labelled so: by the spec's wish, or by DRYDOCK_KEEP=always
  std::unique_ptr<Registry::Creating> creating{};  ///< to be held until the container has an owner
  Deadline deadline{};  ///< what is left of spec.start_timeout; the time of a pull does not count
  std::shared_ptr<Anchor> anchor{};  ///< whose network it has joined; see standing_network.h
};

/// Throws InvalidArgumentError with every fault of the spec before anything is sent; EngineError NotFound for
/// an image that is not there and must not be pulled. A container of the spec's name whose owner lives no
/// more is removed first. One request when the image is there and the name is free; host access asks the
/// engine what it is before, once for each endpoint and process. The network is the container's own, standing
/// or not.
[[nodiscard]] Creation create_by_policy(const Client& client, const ContainerSpec& spec, NewObject object);
[[nodiscard]] Creation create_by_policy(const Client& client, const ContainerSpec& spec);

/// Makes one attempt to create a container of this name for the run, with `labels` beside the run's own. The
/// image must be there. Throws EngineError Conflict when the name is taken, and like create_by_policy().
[[nodiscard]] Creation create_for_run(const Client& client, const ContainerSpec& spec, const Run& run,
                                      const std::string& name, const Labels& labels);

/// Joins the networks of `spec` but the first, which the create has joined.
void join_further_networks(const Client& client, const ContainerId& id, const ContainerSpec& spec,
                           Deadline deadline);

}  // namespace drydock
