// What child processes left behind. See remove_leftovers_of_children() in test_context.h.
#include <exception>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"

#include "container/engine_objects.h"
#include "container/owner.h"
#include "container/session.h"

namespace drydock {
namespace {

// A child that still runs goes on using what it made. One whose owner label cannot be read is a stranger's.
bool is_left_behind(const EngineObject& object) {
  const auto label = object.labels.find(label::kOwner);
  if (label == object.labels.end()) {
    return false;
  }
  const std::optional<Owner> owner = Owner::parse(label->second);
  return owner && liveness(*owner) == Liveness::Dead;
}

std::size_t remove_leftovers(const Client& client, ObjectKind kind, const std::string& filter) {
  std::size_t removed = 0;
  for (const EngineObject& object : find_objects(client, kind, filter)) {
    try {
      if (is_left_behind(object) && remove_object(client, kind, object.id)) {
        ++removed;
      }
    } catch (const Error& error) {
      log::error(fmt::format("the {} '{}', which a child process left behind, could not be removed: {}",
                             to_string(kind), short_id(object.id), error.what()));
    }
  }
  return removed;
}

}  // namespace

std::size_t remove_leftovers_of_children() noexcept {
  try {
    const Client client = Client::from_environment();
    const std::string filter = std::string{label::kParent} + "=" + current_session().owner.to_text();
    const std::size_t containers = remove_leftovers(client, ObjectKind::Container, filter);
    remove_leftovers(client, ObjectKind::Network, filter);
    remove_leftovers(client, ObjectKind::Volume, filter);
    return containers;
  } catch (const EngineUnavailableError&) {
    return 0;  // no engine, so no child can have made anything
  } catch (const std::exception& error) {
    log::warn(fmt::format("looking for what child processes left behind failed: {}", error.what()));
    return 0;
  }
}

}  // namespace drydock
