#include "container/replacement.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/anchor.h"
#include "container/bring_up.h"
#include "container/container_guard.h"
#include "container/container_slot.h"
#include "container/guard_access.h"
#include "container/process_watch.h"
#include "container/registry.h"
#include "container/standing_network.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kEndLimit{30};

void require_owned(const ContainerGuard& guard) {
  if (guard.is_borrowed()) {
    throw InvalidArgumentError(
        fmt::format(
            "the container '{}' belongs to {}: a reset cannot replace it here; restart it, or clean it by "
            "a command",
            guard.name(), guard.lender()),
        {.operation = "container reset", .resource = guard.label(), .where = guard.where()});
  }
}

// What the next one is made from.
ContainerSpec spec_of_next(const ContainerGuard& guard) {
  ContainerSpec spec = *guard.origin();
  if (spec.pull == PullPolicy::Always) {
    spec.pull = PullPolicy::Missing;
  }
  return spec;
}

// Waits for the end of the container's first process, which the kernel reports when all others have ended.
void await_end(const ContainerGuard& old, const ProcessWatch& watch) {
  const Deadline deadline = Deadline::in(kEndLimit);
  pollfd ended{.fd = watch.descriptor(), .events = POLLIN, .revents = 0};
  while (!deadline.expired()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining());
    const int found = ::poll(&ended, 1, static_cast<int>(left.count()));
    if (found > 0) {
      return;
    }
    if (found < 0 && errno != EINTR) {
      break;
    }
  }
  throw TimeoutError(
      fmt::format("the container '{}' did not end in time, so none can take its place", old.name()),
      {.operation = "container reset", .resource = old.label(), .where = old.where()});
}

// Ends the old one so that another can join its network; its removal may go on. A removal that is waited for
// is one request, and so is one that goes on.
void retire(ContainerGuard& old, bool as_by_destructor, bool removal_may_go_on) {
  if (removal_may_go_on) {
    const std::shared_ptr<const ContainerDetails> seen = old.details();
    const ProcessWatch watch{seen ? seen->state.pid : 0, old.id()};
    if (watch.is_alive().value_or(false)) {
      old.end();
      await_end(old, watch);
      return;
    }
  }
  if (as_by_destructor) {
    old.dispose();
  } else {
    old.remove();
  }
}

}  // namespace

Successor::Successor(std::shared_ptr<ContainerGuard> guard) noexcept : guard_(std::move(guard)) {}

Successor& Successor::operator=(Successor&& other) noexcept {
  if (this != &other) {
    end();
    guard_ = std::move(other.guard_);
  }
  return *this;
}

Successor::~Successor() {
  end();
}

void Successor::end() noexcept {
  if (const std::shared_ptr<ContainerGuard> guard = take()) {
    guard->dispose();
  }
}

bool Successor::is_on(const Anchor* anchor) const noexcept {
  return guard_ && anchor != nullptr && guard_->anchor().get() == anchor;
}

std::shared_ptr<ContainerGuard> Successor::take() noexcept {
  return std::exchange(guard_, nullptr);
}

Successor create_successor(ContainerGuard& guard) {
  require_owned(guard);
  AnchorPtr anchor = guard.anchor();
  if (!anchor || !guard.origin()->name.empty() || most_containers() > 0) {
    return {};
  }
  return Successor{
      create_guarded(spec_of_next(guard), guard.client(), guard.where(), guard.origin(), std::move(anchor))
          .guard};
}

void replace(TestContainer& box, Replacement how) {
  ContainerGuard& guard = GuardAccess::guard(box);
  require_owned(guard);
  const std::shared_ptr<OwnedObject> old = guard.shared_from_this();  // until the end of this
  std::shared_ptr<const ContainerSpec> origin = guard.origin();
  const Client client = guard.client();
  const SourceLocation where = guard.where();
  ContainerSpec spec = spec_of_next(guard);
  if (!how.image.empty()) {
    spec.image = how.image;
    spec.pull = PullPolicy::Never;
    spec.files.clear();
  }
  AnchorPtr anchor = guard.anchor();
  const ContainerSlotPtr slot = guard.slot();  // both are kept over the removal: the next one's
  const Registry::Creating creating{client};
  const bool removal_may_go_on = anchor && spec.removal == Removal::Background && origin->name.empty() &&
                                 how.volumes.empty() && !guard.may_stay();
  if (!removal_may_go_on && !how.as_by_destructor) {
    spec.name = guard.name();
  }
  retire(guard, how.as_by_destructor, removal_may_go_on);
  anchor = guard.is_kept() ? nullptr : vacated(std::move(anchor));
  for (const VolumeSnapshot& volume : how.volumes) {
    volume.restore();
  }
  CreatedGuard next;
  if (how.successor.is_on(anchor.get())) {
    next = {.guard = how.successor.take(), .deadline = Deadline::in(spec.start_timeout)};
  } else {
    how.successor = {};  // what holds it may be the network that the next one wants
    next = create_guarded(std::move(spec), client, where, std::move(origin), std::move(anchor));
  }
  next.guard->set_slot(slot);
  bring_up_in(box, std::move(next));
}

}  // namespace drydock
