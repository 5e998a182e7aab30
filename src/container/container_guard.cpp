#include "container/container_guard.h"

#include <chrono>
#include <exception>
#include <limits>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"

#include "container/background_remover.h"
#include "container/evidence_reader.h"
#include "container/keep.h"
#include "container/kept_evidence.h"
#include "container/registry.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kEvidenceLimit{10};
constexpr std::uint64_t kNeverShown = std::numeric_limits<std::uint64_t>::max();

}  // namespace

ContainerGuard::ContainerGuard(ContainerSpec spec, Client client, ContainerIdentity identity,
                               SourceLocation where, std::shared_ptr<const ContainerSpec> origin)
    : OwnedObject(ObjectKind::Container, std::move(client), std::move(identity.id), std::move(identity.name),
                  identity.kept),
      spec_(std::move(spec)),
      origin_(std::move(origin)),
      where_(where),
      nonce_(std::move(identity.nonce)),
      exceptions_at_construction_(std::uncaught_exceptions()),
      shown_in_(kNeverShown),
      shells_(std::make_shared<ShellTarget>(id(), spec_.image)) {}

ContainerGuard::ContainerGuard(ContainerSpec spec, Client client, ContainerIdentity identity,
                               SourceLocation where, Loan loan)
    : OwnedObject(ObjectKind::Container, std::move(client), std::move(identity.id), std::move(identity.name),
                  identity.kept, std::move(loan.lender)),
      spec_(std::move(spec)),
      where_(where),
      nonce_(std::move(identity.nonce)),
      exceptions_at_construction_(std::uncaught_exceptions()),
      shown_in_(kNeverShown),
      exclusive_(loan.exclusive),
      hold_(std::move(loan.hold)),
      shells_(std::make_shared<ShellTarget>(id(), spec_.image)) {}

void ContainerGuard::lend(Loan loan) {
  exclusive_ = loan.exclusive;
  hold_ = std::move(loan.hold);
  OwnedObject::lend(std::move(loan.lender));
}

void ContainerGuard::require_sole_use(const char* what) const {
  if (is_borrowed() && !exclusive_) {
    throw InvalidArgumentError(
        fmt::format("the container '{}' belongs to {}, and others may use it now: {} is for a container of "
                    "one's own, or one that is held exclusively",
                    name(), lender(), what),
        {.operation = fmt::format("container {}", what), .resource = label(), .where = where_});
  }
}

void ContainerGuard::on_given_back() noexcept {
  hold_.reset();
}

std::shared_ptr<const ContainerSpec> ContainerGuard::origin() const {
  return origin_ ? origin_ : std::make_shared<const ContainerSpec>(spec_);
}

std::string ContainerGuard::label() const {
  return fmt::format("{} ({})", name(), short_id(id()));
}

ContainerDetails ContainerGuard::inspect(Deadline deadline) const {
  ContainerDetails details = client().containers().inspect(id(), deadline);
  if (const AnchorPtr held = anchor()) {
    held->lend(details);
  }
  return details;
}

std::shared_ptr<const ContainerDetails> ContainerGuard::refresh(Deadline deadline) {
  auto fresh = std::make_shared<const ContainerDetails>(inspect(deadline));
  const std::lock_guard lock{mutex_};
  details_ = fresh;
  return fresh;
}

std::shared_ptr<const ContainerDetails> ContainerGuard::details() const {
  const std::lock_guard lock{mutex_};
  return details_;
}

Evidence ContainerGuard::read_evidence() const noexcept {
  try {
    const std::shared_ptr<const ContainerDetails> seen = details();
    return drydock::read_evidence({.client = client(),
                                   .id = id(),
                                   .name = name(),
                                   .image = spec_.image,
                                   .run_line = docker_run_line(spec_),
                                   .ports = seen ? seen->ports : std::vector<PublishedPort>{},
                                   .log_tail = spec_.log_tail,
                                   .where = where_},
                                  test_context(), Deadline::in(kEvidenceLimit));
  } catch (const std::exception& error) {
    Evidence bare;
    bare.problem = error.what();
    return bare;
  }
}

std::optional<Evidence> ContainerGuard::take_evidence() noexcept {
  if (!reported_) {
    return std::nullopt;
  }
  failed_ = true;
  const std::uint64_t test = test_generation();
  if (!details() || shown_in_.exchange(test) == test) {
    return std::nullopt;
  }
  return read_evidence();
}

void ContainerGuard::mark_evidence_shown() noexcept {
  failed_ = true;
  shown_in_ = test_generation();
}

bool ContainerGuard::died_by_exception() const noexcept {
  return std::uncaught_exceptions() > exceptions_at_construction_;
}

void ContainerGuard::keep_what_it_uses() const {
  Registry& registry = Registry::of_this_process();
  for (const NetworkJoin& join : spec_.networks) {
    registry.keep(join.network);
  }
  if (!spec_.network_mode.empty()) {
    registry.keep(spec_.network_mode);
  }
  for (const Mount& mount : spec_.mounts) {
    if (mount.type == Mount::Type::Volume && !mount.source.empty()) {
      registry.keep(mount.source);
    }
  }
}

bool ContainerGuard::may_stay() const {
  return spec_.keep || is_labelled_kept() || keep_policy() != KeepPolicy::Never ||
         Registry::of_this_process().is_kept(id());
}

bool ContainerGuard::is_to_stay() {
  const bool by_failure =
      keep_policy() == KeepPolicy::OnFailure && (failed_ || died_by_exception()) && !is_labelled_kept();
  if (!by_failure && !is_labelled_kept()) {
    return false;
  }
  const std::optional<ContainerDetails> found = client().containers().find(id());
  if (!found) {
    return false;
  }
  std::string stays_as = found->name;
  if (by_failure) {
    stays_as = kept_name(std::chrono::system_clock::now(), nonce_);
    client().containers().rename(id(), stays_as);
  }
  keep_what_it_uses();
  const AnchorPtr held = anchor();
  if (held) {
    held->keep();
  }
  log::warn(kept_notice(stays_as, spec_.image, found->state.running, held ? short_id(held->id()) : ""));
  return true;
}

void ContainerGuard::before_disposal() noexcept {
  keep_evidence_of_failure(exceptions_at_construction_);
}

void ContainerGuard::set_slot(ContainerSlotPtr slot) noexcept {
  const std::lock_guard lock{mutex_};
  slot_ = std::move(slot);
}

ContainerSlotPtr ContainerGuard::slot() const {
  const std::lock_guard lock{mutex_};
  return slot_;
}

void ContainerGuard::set_anchor(AnchorPtr anchor) noexcept {
  const std::lock_guard lock{mutex_};
  anchor_ = std::move(anchor);
}

AnchorPtr ContainerGuard::anchor() const {
  const std::lock_guard lock{mutex_};
  return anchor_;
}

void ContainerGuard::on_end(Ending ending) noexcept {
  end_shells();
  ContainerSlotPtr slot;
  AnchorPtr anchor;  // goes at this scope's end, unless another holds it
  {
    const std::lock_guard lock{mutex_};
    slot.swap(slot_);
    anchor.swap(anchor_);
  }
  if (ending == Ending::Released) {
    if (anchor) {
      anchor->release();
    }
    try {
      keep_slot(std::move(slot));
    } catch (const std::exception& error) {
      log::warn(fmt::format("the released container '{}' counts no more: {}", name(), error.what()));
    }
  }
}

std::shared_ptr<StandingShell> ContainerGuard::own_shell() {
  const std::lock_guard lock{mutex_};
  if (!own_shell_) {
    own_shell_ = std::make_shared<StandingShell>(client(), shells_);
  }
  return own_shell_;
}

ExecResult ContainerGuard::run_fast(const std::vector<std::string>& argv, const ExecOptions& options) {
  return own_shell()->run(argv, options);
}

void ContainerGuard::open_shell(Deadline deadline) {
  own_shell()->open(deadline);
}

void ContainerGuard::end_shells() noexcept {
  std::shared_ptr<StandingShell> shell;  // ends when the lock is open again
  const std::lock_guard lock{mutex_};
  shells_->begin_era();
  shell.swap(own_shell_);
}

std::shared_ptr<const ShellTarget> ContainerGuard::shell_target() const {
  const std::lock_guard lock{mutex_};
  return shells_;
}

void ContainerGuard::take_over_shells(const ContainerGuard& before) {
  std::shared_ptr<ShellTarget> shells;
  {
    const std::lock_guard lock{before.mutex_};
    shells = before.shells_;
  }
  shells->move_to(id(), spec_.image);
  const std::lock_guard lock{mutex_};
  shells_ = std::move(shells);
}

void ContainerGuard::end() noexcept {
  if (is_held()) {
    end_shells();  // not those of the process that a child was forked from
  }
  // After an exception there is evidence to read, and perhaps a container to keep: not behind anyone's back.
  if (is_borrowed() || spec_.removal != Removal::Background || spec_.keep || !is_held() ||
      died_by_exception()) {
    dispose();
    return;
  }
  set_reported(false);
  try {
    BackgroundRemover::of_this_process().add(std::static_pointer_cast<ContainerGuard>(shared_from_this()));
  } catch (const std::exception& error) {
    log::info(fmt::format("{} is removed at once, not in the background: {}", name(), error.what()));
    dispose();
  }
}

void ContainerGuard::keep_evidence_of_failure(int exceptions_before) noexcept {
  if (std::uncaught_exceptions() <= exceptions_before) {
    return;
  }
  try {
    if (!test_context()) {
      return;
    }
    if (std::optional<Evidence> evidence = take_evidence()) {
      keep_evidence(*std::move(evidence));
    }
  } catch (const std::exception& error) {
    log::warn(fmt::format("the evidence of {} is lost: {}", name(), error.what()));
  }
}

}  // namespace drydock
