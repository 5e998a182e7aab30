#include "container/container_creation.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/background_remover.h"
#include "container/container_slot.h"
#include "container/create_body.h"
#include "container/engine_objects.h"
#include "container/host_mapping.h"
#include "container/host_route.h"
#include "container/image_intake.h"
#include "container/image_presence.h"
#include "container/labels.h"
#include "container/pull_once.h"
#include "container/session.h"
#include "container/standing_network.h"
#include "container/verdict.h"
#include "observability/phase.h"

namespace drydock {
namespace {

// A 404 to a create may be about a volume driver or a network, too. Docker says "No such image", Podman also
// "image not known".
bool is_missing_image(const EngineError& error) {
  return error.code() == ErrorCode::NotFound &&
         (text::contains_ignoring_case(error.what(), "no such image") ||
          text::contains_ignoring_case(error.what(), "image not known"));
}

ContainerId create(const Client& client, const std::string& nonce, const CreateContainerRequest& request,
                   Deadline deadline) {
  const Phase phase{phase::kCreate, request.name};
  return create_object(client, ObjectKind::Container, nonce, [&] {
    CreatedContainer made = client.containers().create(request, deadline);
    for (const std::string& warning : made.warnings) {
      log::info(fmt::format("the engine warns about container '{}': {}", request.name, warning));
    }
    return std::move(made.id);
  });
}

bool remove_dead_namesake(const Client& client, const std::string& name, Deadline deadline) {
  const std::optional<ContainerDetails> found = client.containers().find(name, deadline);
  if (!found || !is_left_behind(judge(found->labels, found->name, std::chrono::system_clock::now()))) {
    return false;
  }
  log::info(fmt::format("removing the container '{}' ({}), which a process that lives no more left behind",
                        name, short_id(found->id)));
  client.containers().remove(found->id, {}, deadline);
  return true;
}

// A name that is taken is tried again once, when its holder is a dead owner's.
ContainerId create_named(const Client& client, const ContainerSpec& spec, const std::string& nonce,
                         const CreateContainerRequest& request, Deadline deadline) {
  try {
    return create(client, nonce, request, deadline);
  } catch (const EngineError& error) {
    if (error.code() != ErrorCode::Conflict || spec.name.empty() ||
        !remove_dead_namesake(client, spec.name, deadline)) {
      throw;
    }
  }
  return create(client, nonce, request, deadline);
}

NewObject new_container(const ContainerSpec& spec, NewObject object) {
  if (spec.keep) {
    object.kept = true;
    object.labels[label::kKeep] = "spec";
  }
  return object;
}

std::string body_of(const Client& client, const ContainerSpec& spec, const Labels& labels) {
  if (!spec.host_access.enabled) {
    return create_body(spec, labels);
  }
  require_valid(spec);  // before the engine is asked what it is
  return create_body(with_host_access(spec, host_address(client, spec, Deadline::in(spec.start_timeout))),
                     labels);
}

// Waits for what is on its way out and holds what the spec names.
CreateContainerRequest request_for(const Client& client, const ContainerSpec& spec, const std::string& name,
                                   const Labels& labels) {
  CreateContainerRequest request{
      .name = name, .platform = spec.platform, .body = body_of(client, spec, labels)};
  BackgroundRemover::of_this_process().await_claims(spec, Deadline::in(spec.start_timeout));
  return request;
}

}  // namespace

Creation create_by_policy(const Client& client, const ContainerSpec& spec) {
  return create_by_policy(client, spec, new_object());
}

Creation create_by_policy(const Client& client, const ContainerSpec& spec, NewObject fresh) {
  const NewObject object = new_container(spec, std::move(fresh));
  const std::string name = spec.name.empty() ? object.unique_name : spec.name;
  const CreateContainerRequest request = request_for(client, spec, name, object.labels);
  Creation made{.name = name,
                .nonce = object.nonce,
                .kept = object.kept,
                .creating = std::make_unique<Registry::Creating>(client)};

  const std::uint64_t pulls_before = pulls_of(client, spec.image, spec.platform);
  if (spec.pull == PullPolicy::Always) {
    pull_once(client, spec.image, spec.platform, pulls_before);
  }
  made.deadline = Deadline::in(spec.start_timeout);
  try {
    made.id = create_named(client, spec, object.nonce, request, made.deadline);
    return made;
  } catch (const EngineError& error) {
    if (!is_missing_image(error) || spec.pull == PullPolicy::Always) {
      throw;
    }
    if (spec.pull == PullPolicy::Never) {
      throw image_never_pulled(spec, error.context());
    }
  }
  pull_once(client, spec.image, spec.platform, pulls_before, PullWish::Missing);
  made.deadline = Deadline::in(spec.start_timeout);
  made.id = create_named(client, spec, object.nonce, request, made.deadline);
  return made;
}

Creation create_for_run(const Client& client, const ContainerSpec& spec, const Run& run,
                        const std::string& name, const Labels& labels) {
  NewObject object = new_container(spec, new_object(Session{run.id, run.owner}));
  object.labels.erase(label::kTest);  // it is no test's
  object.labels.insert(labels.begin(), labels.end());
  const CreateContainerRequest request = request_for(client, spec, name, object.labels);
  Creation made{.name = name,
                .nonce = object.nonce,
                .kept = object.kept,
                .creating = std::make_unique<Registry::Creating>(client, run),
                .deadline = Deadline::in(spec.start_timeout)};
  made.id = create(client, object.nonce, request, made.deadline);
  return made;
}

void join_further_networks(const Client& client, const ContainerId& id, const ContainerSpec& spec,
                           Deadline deadline) {
  for (std::size_t i = 1; i < spec.networks.size(); ++i) {
    const NetworkJoin& join = spec.networks[i];
    client.networks().connect(join.network, id, {.aliases = join.aliases, .ipv4 = join.ipv4}, deadline);
  }
}

ContainerId create_container(const Client& client, ContainerSpec spec) {
  refuse_standing_network(spec, "a container without a guard");
  take_in_image(spec);
  ContainerSlotPtr slot = take_slot(client, spec.image, Deadline::in(spec.start_timeout));
  Creation made = with_image_note(spec, [&] { return create_by_policy(client, spec); });
  keep_slot(std::move(slot));
  Registry::of_this_process().leave_to_watchdog();
  return std::move(made.id);
}

}  // namespace drydock
