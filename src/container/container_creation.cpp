#include "container/container_creation.h"

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/create_body.h"
#include "container/engine_objects.h"
#include "container/registry.h"
#include "container/session.h"

namespace drydock {
namespace {

// A 404 to a create may be about a volume driver or a network, too. Docker says "No such image", Podman also
// "image not known".
bool is_missing_image(const EngineError& error) {
  return error.code() == ErrorCode::NotFound &&
         (text::contains_ignoring_case(error.what(), "no such image") ||
          text::contains_ignoring_case(error.what(), "image not known"));
}

EngineError never_pulled(const ContainerSpec& spec, const EngineError& error) {
  return {
      ErrorCode::NotFound,
      fmt::format("the engine has no image '{}', and the spec's pull policy is Never; build, load or pull "
                  "it first, or set .pull = PullPolicy::Missing",
                  spec.image),
      error.context()};
}

void pull(const Client& client, const ContainerSpec& spec) {
  log::info(fmt::format("pulling the image '{}'", spec.image));
  client.images().pull(spec.image, {.platform = spec.platform});
}

ContainerId create(const Client& client, const std::string& nonce, const CreateContainerRequest& request,
                   Deadline deadline) {
  return create_object(client, ObjectKind::Container, nonce, [&] {
    CreatedContainer made = client.containers().create(request, deadline);
    for (const std::string& warning : made.warnings) {
      log::info(fmt::format("the engine warns about container '{}': {}", request.name, warning));
    }
    return std::move(made.id);
  });
}

}  // namespace

Creation create_by_policy(const Client& client, const ContainerSpec& spec) {
  const NewObject object = new_object();
  const std::string name = spec.name.empty() ? object.unique_name : spec.name;
  const CreateContainerRequest request{
      .name = name, .platform = spec.platform, .body = create_body(spec, object.labels)};
  Registry::drain_at_exit(client);

  if (spec.pull == PullPolicy::Always) {
    pull(client, spec);
  }
  const Deadline deadline = Deadline::in(spec.start_timeout);
  try {
    return {create(client, object.nonce, request, deadline), name, deadline};
  } catch (const EngineError& error) {
    if (!is_missing_image(error) || spec.pull == PullPolicy::Always) {
      throw;
    }
    if (spec.pull == PullPolicy::Never) {
      throw never_pulled(spec, error);
    }
  }
  pull(client, spec);
  const Deadline after_pull = Deadline::in(spec.start_timeout);
  return {create(client, object.nonce, request, after_pull), name, after_pull};
}

ContainerId create_container(const Client& client, const ContainerSpec& spec) {
  return create_by_policy(client, spec).id;
}

}  // namespace drydock
