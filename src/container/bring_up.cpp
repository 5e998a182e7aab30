#include "container/bring_up.h"

#include <algorithm>

#include <fmt/format.h>

#include "drydock/container/test_context.h"

#include "base/rfc3339.h"
#include "container/container_creation.h"
#include "container/container_observer.h"
#include "container/container_slot.h"
#include "container/create_body.h"
#include "container/guard_access.h"
#include "container/image_intake.h"
#include "container/kept_evidence.h"
#include "container/registry.h"
#include "container/remove_on_failure.h"
#include "container/standing_network.h"
#include "container/tar_writer.h"
#include "container/tool.h"
#include "container/waiter.h"
#include "observability/phase.h"

namespace drydock {
namespace {

std::string place(const SourceLocation& where) {
  return where.line == 0 ? "" : fmt::format("\n  made at    {}:{}", where.file, where.line);
}

ErrorContext with_place(ErrorContext context, const SourceLocation& where) {
  context.where = where;
  return context;
}

// Calls `step`; adds to a refusal where the container was made and how to do the same by hand.
template <typename Step>
auto with_circumstances(const ContainerSpec& spec, const SourceLocation& where, const Step& step) {
  try {
    return step();
  } catch (const InvalidArgumentError& error) {
    throw InvalidArgumentError(error.what() + place(where), with_place(error.context(), where));
  } catch (const EngineError& error) {
    throw EngineError(error.code(),
                      fmt::format("{}{}{}\n  by hand    {}", error.what(), image_note(spec), place(where),
                                  docker_run_line(spec)),
                      with_place(error.context(), where));
  }
}

bool has_ended(const ContainerState& state) {
  return state.status == ContainerStatus::Exited || state.status == ContainerStatus::Dead;
}

bool asks_only_for_a_start(const std::vector<wait::Condition>& conditions) {
  return std::all_of(conditions.begin(), conditions.end(), [](const wait::Condition& condition) {
    return condition.get_if<wait::Started>() != nullptr;
  });
}

WaitTarget target_of(const ContainerGuard& guard, const TestContainer& face, const ContainerDetails& details,
                     std::chrono::nanoseconds log_since) {
  const auto attached = std::find_if(details.networks.begin(), details.networks.end(),
                                     [](const NetworkAttachment& net) { return !net.ip_address.empty(); });
  return {.client = guard.client(),
          .id = guard.id(),
          .label = guard.label(),
          .tty = details.tty,
          .ports = details.ports,
          .host = guard.client().published_host(),
          .ip_address = attached == details.networks.end() ? "" : attached->ip_address,
          .container = &face,
          .log_since = log_since};
}

void await_ready(ContainerGuard& guard, const TestContainer& face,
                 const std::vector<wait::Condition>& conditions, Deadline deadline,
                 std::chrono::nanoseconds log_since) {
  const Phase phase{phase::kWait, guard.name()};
  const std::shared_ptr<const ContainerDetails> details = guard.details();
  try {
    await(target_of(guard, face, *details, log_since), conditions, deadline);
  } catch (const WaitFailed& failure) {
    throw start_error(guard, failure.code(), failure.what());
  }
}

void start_and_await(ContainerGuard& guard, const TestContainer& face, Deadline deadline,
                     std::chrono::nanoseconds log_since) {
  const ContainerSpec& spec = guard.spec();
  const auto details = with_circumstances(spec, guard.where(), [&] {
    const Phase phase{phase::kStart, guard.name()};
    guard.client().containers().start(guard.id(), deadline);
    return guard.refresh(deadline);
  });
  if (!asks_only_for_a_start(spec.ready)) {
    await_ready(guard, face, spec.ready, Deadline::in(spec.ready_timeout), log_since);
  } else if (has_ended(details->state)) {
    throw start_error(guard, ErrorCode::ContainerExited,
                      fmt::format("the container '{}' ended at once, with exit code {}; where that is meant, "
                                  "say so: {}",
                                  guard.name(), details->state.exit_code,
                                  advice(".ready = {wait::Exited{}}", "--wait exited")));
  }
}

// Returns a time after the newest log line and before any that comes, by the engine's own clock; 0 when
// there is no line yet.
std::chrono::nanoseconds end_of_log(const ContainerGuard& guard) {
  const std::shared_ptr<const ContainerDetails> details = guard.details();
  const Logs newest = guard.client().containers().logs(
      guard.id(),
      {.tail = 1, .timestamps = true, .tty = details ? std::optional{details->tty} : std::nullopt});
  const auto time = parse_rfc3339(newest.all);
  return time ? *time + std::chrono::nanoseconds{1} : std::chrono::nanoseconds{0};
}

}  // namespace

ContainerStartError start_error(ContainerGuard& guard, ErrorCode code, const std::string& what) {
  Evidence evidence = guard.read_evidence();
  guard.mark_evidence_shown();
  if (test_context()) {
    keep_evidence(evidence);  // people have the message; reports want the facts, too
  }
  const std::string message = what + "\n" + evidence.to_text();
  return {code,
          message,
          std::move(evidence),
          {.operation = "container start", .resource = guard.label(), .where = guard.where()}};
}

CreatedGuard create_guarded(ContainerSpec spec, Client client, SourceLocation where,
                            std::shared_ptr<const ContainerSpec> origin, AnchorPtr anchor) {
  Creation made = with_circumstances(spec, where, [&] {
    return spec.standing_network ? create_standing(client, spec, std::move(anchor))
                                 : create_by_policy(client, spec);
  });
  auto guard = std::make_shared<ContainerGuard>(
      std::move(spec), std::move(client),
      ContainerIdentity{std::move(made.id), std::move(made.name), std::move(made.nonce), made.kept}, where,
      std::move(origin));
  guard->set_anchor(std::move(made.anchor));
  Registry::of_this_process().add(guard);
  tell_created(guard->name(), guard->spec());
  return {std::move(guard), made.deadline};
}

CreatedGuard create_counted(ContainerSpec spec, Client client, SourceLocation where) {
  ContainerSlotPtr slot = with_circumstances(spec, where, [&] {
    take_in_image(spec);
    if (most_containers() > 0) {
      require_valid(spec);  // before it waits
    }
    return take_slot(client, spec.image, Deadline::in(spec.start_timeout), where);
  });
  CreatedGuard made = create_guarded(std::move(spec), std::move(client), where);
  made.guard->set_slot(std::move(slot));
  return made;
}

void bring_up(ContainerGuard& guard, const TestContainer& face, Deadline deadline) {
  RemoveOnFailure cleanup{guard};
  with_circumstances(guard.spec(), guard.where(), [&] {
    if (!guard.anchor()) {
      join_further_networks(guard.client(), guard.id(), guard.spec(), deadline);
    }
    if (!guard.spec().files.empty()) {
      guard.client().containers().put_archive(guard.id(), "/", make_tar(guard.spec().files), deadline);
    }
  });
  start_and_await(guard, face, deadline, std::chrono::nanoseconds{0});
  cleanup.succeeded();
}

void bring_up_in(TestContainer& box, CreatedGuard created) {
  const std::shared_ptr<ContainerGuard> first = created.guard;
  GuardAccess::replace(box, first);
  const ContainerSlotPtr slot = first->slot();
  const bool has_joined = first->anchor() != nullptr;
  try {
    bring_up(*first, box, created.deadline);
    return;
  } catch (const EngineError& error) {
    if (!has_joined || !is_refused_start(error)) {
      throw;
    }
    warn_of_own_network(first->spec(), error);
  }
  ContainerSpec spec = first->spec();
  spec.standing_network = false;
  created = create_guarded(std::move(spec), first->client(), first->where(), first->origin());
  created.guard->set_slot(slot);
  GuardAccess::replace(box, created.guard);
  bring_up(*created.guard, box, created.deadline);
}

void bring_up_again(ContainerGuard& guard, const TestContainer& face) {
  const std::chrono::nanoseconds log_since = end_of_log(guard);
  start_and_await(guard, face, Deadline::in(guard.spec().start_timeout), log_since);
}

void await_ready_again(ContainerGuard& guard, const TestContainer& face) {
  const ContainerSpec& spec = guard.spec();
  guard.refresh();
  if (asks_only_for_a_start(spec.ready)) {
    require_running(guard);
  } else {
    await_ready(guard, face, spec.ready, Deadline::in(spec.ready_timeout), std::chrono::nanoseconds{0});
  }
}

void require_running(ContainerGuard& guard) {
  const auto details = asks_only_for_a_start(guard.spec().ready) ? guard.details() : guard.refresh();
  if (details->state.status != ContainerStatus::Running) {
    throw start_error(guard, has_ended(details->state) ? ErrorCode::ContainerExited : ErrorCode::NotReady,
                      fmt::format("the container '{}' is {} and not running", guard.name(),
                                  to_string(details->state.status)));
  }
}

void await_conditions(ContainerGuard& guard, const TestContainer& face,
                      const std::vector<wait::Condition>& conditions, Deadline deadline) {
  await_ready(guard, face, conditions, deadline, std::chrono::nanoseconds{0});
}

}  // namespace drydock
