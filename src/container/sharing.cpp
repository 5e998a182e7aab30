#include "container/sharing.h"

#include <algorithm>
#include <charconv>
#include <exception>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "base/redaction.h"
#include "base/text.h"
#include "container/bring_up.h"
#include "container/container_creation.h"
#include "container/guard_access.h"
#include "container/labels.h"
#include "container/poll_pace.h"
#include "container/registry.h"

namespace drydock {
namespace {

constexpr int kLinesOfADeadOne = 5;
// Dozens of processes may wait for one that starts the container, and each look takes time of the engine's.
constexpr std::chrono::milliseconds kShortestPause{20};

bool may_have_ended(const ContainerSpec& spec) {
  return std::any_of(spec.ready.begin(), spec.ready.end(), [](const wait::Condition& condition) {
    return condition.get_if<wait::Exited>() != nullptr;
  });
}

bool has_dead_creator(const ContainerDetails& found) {
  const std::optional<Owner> creator = Owner::parse(value_of(found.labels, label::kCreator));
  return creator && liveness(*creator) == Liveness::Dead;
}

std::chrono::seconds age_of(const ContainerDetails& found) {
  const std::string text = value_of(found.labels, label::kCreated);
  long long created = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), created);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::chrono::seconds{0};
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now) - std::chrono::seconds{created};
}

// Says how a container ended that nobody was to end, for a test may have been the cause.
void tell_of_the_dead(const Client& client, const ContainerDetails& found) {
  std::string last;
  try {
    last = redacted(client.containers().logs(found.id, {.tail = kLinesOfADeadOne, .tty = found.tty}).all);
  } catch (const Error& error) {
    last = fmt::format("(the log could not be read: {})", error.what());
  }
  log::warn(fmt::format(
      "the shared container '{}' ({}) has ended since, with exit code {}{}; it is made anew{}{}", found.name,
      short_id(found.id), found.state.exit_code, found.state.oom_killed ? ", out of memory" : "",
      last.empty() ? "" : ". Its last lines:\n", text::trim(last)));
}

}  // namespace

// One caller's search for the container, through all that may happen to it meanwhile.
class Sharing::Search {
 public:
  Search(const Sharing& sharing, const SharedUse& use) : sharing_(sharing), what_(sharing.what_), use_(use) {}

  SharedGuard run() {
    for (;;) {
      const std::optional<ContainerDetails> found = sharing_.find(deadline_);
      if (std::optional<SharedGuard> got = found ? look_at(*found) : make()) {
        return *std::move(got);
      }
    }
  }

 private:
  // Returns nothing when another was faster.
  std::optional<SharedGuard> make() {
    note_disappearance();
    try {
      return sharing_.make(use_);
    } catch (const EngineError& error) {
      if (error.code() != ErrorCode::Conflict || error.operation() != "container create") {
        throw;
      }
      pause();
      return std::nullopt;
    }
  }

  std::optional<SharedGuard> look_at(const ContainerDetails& found) {
    sharing_.require_the_same(found);
    switch (found.state.status) {
      case ContainerStatus::Running:
      case ContainerStatus::Restarting:
        return attach(found);
      case ContainerStatus::Exited:
      case ContainerStatus::Dead:
        return bury(found);
      case ContainerStatus::Paused:
        refuse_paused(found);
      case ContainerStatus::Created:
        return await_start(found);
      default:  // it is being removed, or in a state of a later engine's
        awaited_ = found.id;
        pause();
        return std::nullopt;
    }
  }

  std::optional<SharedGuard> attach(const ContainerDetails& found) {
    try {
      return SharedGuard{sharing_.attach(found, use_), false};
    } catch (const Error& error) {
      // Who has waited as long as the creator needs no second turn.
      if (error.code() == ErrorCode::NotReady || what_.client.containers().find(found.id)) {
        throw;
      }
      awaited_ = found.id;  // its creator had to give it up
      return std::nullopt;
    }
  }

  std::optional<SharedGuard> bury(const ContainerDetails& found) {
    if (may_have_ended(what_.spec)) {
      return attach(found);
    }
    tell_of_the_dead(what_.client, found);
    sharing_.remove(found.id);
    return std::nullopt;
  }

  std::optional<SharedGuard> await_start(const ContainerDetails& found) {
    if (has_dead_creator(found)) {
      log::info(
          fmt::format("removing the shared container '{}' ({}), whose creator died before it started it",
                      found.name, short_id(found.id)));
      sharing_.remove(found.id);
      return std::nullopt;
    }
    awaited_ = found.id;
    pause();
    return std::nullopt;
  }

  [[noreturn]] void refuse_paused(const ContainerDetails& found) const {
    throw InvalidArgumentError(
        fmt::format(
            "the shared container '{0}' is paused, and who paused it may want it so; let it go on (docker "
            "unpause {0}) or remove it (docker rm -f -v {0})",
            found.name),
        context());
  }

  // What was waited for and is gone was given up by its creator. Once may have been bad luck.
  void note_disappearance() {
    if (awaited_.empty()) {
      return;
    }
    awaited_.clear();
    if (++disappeared_ > 1) {
      throw ContainerStartError(
          ErrorCode::NotReady,
          fmt::format(
              "the shared container '{}' of image '{}' was given up twice by the programs that made it; "
              "their output says why",
              what_.name, what_.spec.image),
          Evidence{.name = what_.name, .image = what_.spec.image, .where = what_.where}, context());
    }
  }

  void pause() const {
    if (deadline_.expired()) {
      throw TimeoutError(
          fmt::format("the shared container '{}' was not started by the program that made it within "
                      "ContainerSpec::start_timeout; remove it (docker rm -f -v {}), or allow more time",
                      what_.name, what_.name),
          context());
    }
    sleep_within(std::max<std::chrono::nanoseconds>(pace_.pause(), kShortestPause), deadline_);
  }

  [[nodiscard]] ErrorContext context() const {
    return {.operation = "shared container", .resource = what_.name, .where = what_.where};
  }

  const Sharing& sharing_;
  const Shared& what_;
  const SharedUse& use_;
  const PollPace pace_{};
  const Deadline deadline_{Deadline::in(what_.spec.start_timeout)};
  ContainerId awaited_{};
  int disappeared_{0};
};

SharedGuard Sharing::get(const SharedUse& use) const {
  return Search{*this, use}.run();
}

SharedGuard Sharing::make(const SharedUse& use) const {
  Creation made =
      create_for_run(what_.client, what_.spec, what_.run, what_.name,
                     {{label::kShared, what_.key}, {label::kCreator, Owner::of_this_process().to_text()}});
  auto guard = std::make_shared<ContainerGuard>(
      what_.spec, what_.client, ContainerIdentity{made.id, made.name, made.nonce, made.kept}, what_.where);
  Registry::of_this_process().add(guard);
  made.creating.reset();
  TestContainer face = GuardAccess::wrap(guard);  // removes it when anything throws
  if (liveness(what_.run.owner) == Liveness::Dead) {
    throw Error(ErrorCode::ContainerExited,
                fmt::format("{} has ended; what it shared is being removed", describe(what_.run)),
                {.operation = "shared container", .resource = what_.name, .where = what_.where});
  }
  bring_up(*guard, face, made.deadline);
  if (!what_.run.is_this_process) {
    guard->lend(loan(use));
    return {std::move(face), true};
  }
  TestContainer borrowed =
      borrow(what_.spec, what_.client, guard->id(), guard->name(), what_.where, loan(use));
  guard->set_reported(false);  // the guards that borrow show the evidence
  Registry::of_this_process().hold(guard);
  GuardAccess::replace(face, nullptr);
  return {std::move(borrowed), true};
}

TestContainer Sharing::attach(const ContainerDetails& found, const SharedUse& use) const {
  TestContainer borrowed = borrow(what_.spec, what_.client, found.id, found.name, what_.where, loan(use));
  ContainerGuard& guard = GuardAccess::guard(borrowed);
  await_ready_again(guard, borrowed);
  // Its conditions may have brought it back to health.
  if (guard.details()->state.health == Health::Unhealthy &&
      guard.refresh()->state.health == Health::Unhealthy) {
    throw start_error(guard, ErrorCode::NotReady,
                      fmt::format("the shared container '{}' runs, and its healthcheck fails: {}",
                                  guard.name(), text::trim(guard.details()->state.last_health_output)));
  }
  return borrowed;
}

Loan Sharing::loan(const SharedUse& use) const {
  return {.lender = describe(what_.run), .exclusive = use.exclusive, .hold = use.hold};
}

std::optional<ContainerDetails> Sharing::find(Deadline deadline) const {
  return what_.client.containers().find(what_.name, deadline);
}

// Where the name is made of the key, only somebody else's container can differ.
void Sharing::require_the_same(const ContainerDetails& found) const {
  if (value_of(found.labels, label::kShared) == what_.key &&
      value_of(found.labels, label::kOwner) == what_.run.owner.to_text()) {
    return;
  }
  std::string why = "it is not one that this run shares: rename or remove it";
  if (found.labels.contains(label::kShared)) {
    why = found.image_id == what_.image_id
              ? "it was made from another spec; give one of the two another name, or none"
              : fmt::format(
                    "the image '{}' is another now ({}) than the one that it was made from ({}); end the "
                    "run, or leave the name out",
                    what_.spec.image, what_.image_id, found.image_id);
  }
  throw InvalidArgumentError(
      fmt::format("the container '{}' ({}) cannot be shared: {}", found.name, short_id(found.id), why),
      {.operation = "shared container", .resource = what_.name, .where = what_.where});
}

bool Sharing::is_older(std::chrono::seconds age) const {
  if (age.count() == 0) {
    return false;
  }
  const std::optional<ContainerDetails> found = find();
  return found && age_of(*found) > age;
}

void Sharing::remove_if_older(std::chrono::seconds age) const {
  if (age.count() == 0) {
    return;
  }
  if (const std::optional<ContainerDetails> found = find(); found && age_of(*found) > age) {
    log::info(fmt::format("replacing the shared container '{}' ({}), which is older than {} s", found->name,
                          short_id(found->id), age.count()));
    remove(found->id);
  }
}

void Sharing::remove(const ContainerId& id) const {
  what_.client.containers().remove(id);
}

void Sharing::remove_quietly(const ContainerId& id) const noexcept {
  try {
    remove(id);
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

}  // namespace drydock
