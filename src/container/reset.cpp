#include "drydock/container/reset.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/bring_up.h"
#include "container/guard_access.h"
#include "container/image_intake.h"
#include "container/remove_on_failure.h"
#include "container/replacement.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kStopGrace{10};

void unpause_if_paused(ContainerGuard& guard) {
  if (guard.refresh()->state.status == ContainerStatus::Paused) {
    guard.client().containers().unpause(guard.id());
  }
}

// Asks a container to stop. Whatever comes of it, the removal that follows is forced.
void stop_for_removal(const Client& client, const ContainerId& id) {
  try {
    client.containers().stop(id, kStopGrace);
  } catch (const EngineError& error) {
    log::info(fmt::format("it is removed by force: {}", error.what()));
  }
  try {
    if (const auto seen = client.containers().find(id); seen && seen->state.running) {
      log::warn(fmt::format("the container '{}' did not stop; it is removed by force", seen->name));
    }
  } catch (const EngineError& error) {
    log::info(fmt::format("it is removed by force: {}", error.what()));
  }
}

// Brings one container back, by a policy.
class Resetter {
 public:
  explicit Resetter(TestContainer& box) : box_(box), guard_(GuardAccess::guard(box).shared_from_this()) {}

  void operator()(const reset::Recreate& /*policy*/) const { replace(box_, {}); }

  void operator()(const reset::Restart& policy) const {
    RemoveOnFailure cleanup{guard()};
    unpause_if_paused(guard());
    box_.restart(policy.grace);
    cleanup.succeeded();
  }

  void operator()(const reset::Exec& policy) const {
    RemoveOnFailure cleanup{guard()};
    if (const ExecResult result = exec(policy); !result.ok()) {
      std::ostringstream text;
      PrintTo(result, &text);
      throw start_error(
          guard(), ErrorCode::CommandFailed,
          fmt::format("the clean-up command of container '{}' failed: {}", guard().name(), text.str()));
    }
    await_ready_again(guard(), box_);
    cleanup.succeeded();
  }

  void operator()(const reset::FromSnapshot& policy) const {
    replace(box_, {.image = policy.image, .volumes = policy.volumes});
  }

 private:
  [[nodiscard]] ContainerGuard& guard() const { return static_cast<ContainerGuard&>(*guard_); }

  // That it is paused is seen by the refusal: a look before would cost every other reset a request.
  [[nodiscard]] ExecResult exec(const reset::Exec& policy) const {
    try {
      return box_.exec(policy.argv, policy.options);
    } catch (const EngineError& error) {
      if (error.code() != ErrorCode::Conflict) {
        throw;
      }
      unpause_if_paused(guard());
      return box_.exec(policy.argv, policy.options);
    }
  }

  TestContainer& box_;
  std::shared_ptr<OwnedObject> guard_;
};

}  // namespace

void TestContainer::reset(const Reset& policy) {
  guard().require_sole_use("reset");
  std::visit(Resetter{*this}, policy.policy);
}

std::vector<FileChange> TestContainer::changes(const std::vector<FileChange>& except) const {
  std::vector<FileChange> found = client().containers().changes(id());
  std::erase_if(found, [&except](const FileChange& change) {
    return std::find(except.begin(), except.end(), change) != except.end();
  });
  std::sort(found.begin(), found.end(),
            [](const FileChange& a, const FileChange& b) { return a.path < b.path; });
  return found;
}

TestContainer reset_container(const Client& client, const std::string& name, ContainerSpec spec,
                              SourceLocation where) {
  if (name.empty()) {
    throw InvalidArgumentError("reset_container needs a container's name", {.operation = "container reset"});
  }
  spec.name = name;
  take_in_image(spec);  // refused before the old one is gone
  static_cast<void>(create_body(spec));
  const auto standing = client.containers().find(name);
  if (standing && standing->name == name) {  // the engine also finds by the beginning of an id
    stop_for_removal(client, standing->id);
    client.containers().remove(standing->id, {.force = true, .volumes = true});
  }
  TestContainer fresh{std::move(spec), client, where};
  require_running(GuardAccess::guard(fresh));
  return fresh;
}

}  // namespace drydock
