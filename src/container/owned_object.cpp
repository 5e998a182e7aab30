#include "container/owned_object.h"

#include <exception>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "container/background_remover.h"
#include "container/registry.h"
#include "observability/metric_names.h"
#include "observability/phase.h"

namespace drydock {
namespace {

const char* command_by_hand(ObjectKind kind) noexcept {
  switch (kind) {
    case ObjectKind::Container:
      return "docker rm -f -v";
    case ObjectKind::Network:
      return "docker network rm";
    case ObjectKind::Volume:
      return "docker volume rm";
    case ObjectKind::Image:
      return "docker image rm";
  }
  return "docker rm";
}

void count(const char* metric, ObjectKind kind) noexcept {
  try {
    metrics::counter(metric, {{"kind", to_string(kind)}}).add();
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

}  // namespace

OwnedObject::OwnedObject(ObjectKind kind, Client client, std::string id, std::string name, bool kept,
                         std::string lender)
    : kind_(kind),
      client_(std::move(client)),
      id_(std::move(id)),
      name_(std::move(name)),
      process_(::getpid()),
      kept_(kept),
      lender_(std::move(lender)),
      borrowed_(!lender_.empty()) {
  if (!is_borrowed()) {
    count(metric::kMade, kind_);
  }
}

void OwnedObject::lend(std::string lender) {
  lender_ = std::move(lender);
  borrowed_ = true;
}

bool OwnedObject::is_held() const noexcept {
  return process_ == ::getpid() && state_.load() == State::Held;
}

bool OwnedObject::is_settled() const noexcept {
  const State state = state_.load();
  return process_ != ::getpid() || is_borrowed() || state == State::Removed || state == State::Kept;
}

bool OwnedObject::is_to_stay() {
  const Registry& registry = Registry::of_this_process();
  return kept_ || registry.is_kept(id_) || registry.is_kept(name_);
}

bool OwnedObject::keep_if_wished() {
  if (!is_held() || !is_to_stay()) {
    return false;
  }
  State expected = State::Held;
  if (state_.compare_exchange_strong(expected, State::Kept)) {
    on_end(Ending::Kept);
    Registry::of_this_process().forget(*this);
  }
  return true;
}

bool OwnedObject::remove() {
  if (process_ != ::getpid()) {
    throw InvalidArgumentError(
        fmt::format("the {} '{}' belongs to process {}: remove it there, not in process {}", to_string(kind_),
                    name_, process_, ::getpid()),
        {.operation = fmt::format("{} remove", to_string(kind_)), .resource = name_});
  }
  if (is_borrowed()) {
    throw InvalidArgumentError(
        fmt::format("the {} '{}' is borrowed: it belongs to {}, which removes it; end the guard instead",
                    to_string(kind_), name_, lender()),
        {.operation = fmt::format("{} remove", to_string(kind_)), .resource = name_});
  }
  await_background_users();
  return remove_now({});
}

void OwnedObject::give_back() noexcept {
  State expected = State::Held;
  if (state_.compare_exchange_strong(expected, State::Released)) {
    Registry::of_this_process().forget(*this);
    on_given_back();
  }
}

void OwnedObject::await_background_users() const {
  if (kind_ == ObjectKind::Network || kind_ == ObjectKind::Volume) {
    BackgroundRemover::of_this_process().await_users(*this, {});
  }
}

bool OwnedObject::remove_now(Deadline deadline) {
  State expected = State::Held;
  if (!state_.compare_exchange_strong(expected, State::Removing)) {
    return false;
  }
  bool was_there = false;
  try {
    const Phase phase{phase::kRemove, name_};
    was_there = remove_object(client_, kind_, id_, deadline);
  } catch (...) {
    state_ = State::Held;
    throw;
  }
  state_ = State::Removed;
  on_end(Ending::Removed);
  count(metric::kRemoved, kind_);
  Registry::of_this_process().forget(*this);
  return was_there;
}

void OwnedObject::dispose() noexcept {
  if (!is_held()) {
    return;
  }
  before_disposal();
  if (is_borrowed()) {
    give_back();
    return;
  }
  try {
    if (keep_if_wished()) {
      return;
    }
    await_background_users();
    remove_now({});
    if (kind_ == ObjectKind::Container) {
      // A network or volume that was declared after its container could not go before it.
      Registry::of_this_process().retry_abandoned();
    }
  } catch (const std::exception& error) {
    report_failure(error.what(), "it is tried again when the program ends");
    try {
      Registry::of_this_process().abandon(shared_from_this());
    } catch (const std::exception& failure) {
      count(metric::kLeaked, kind_);
      report_failure(failure.what(), "it is left behind");
    }
  }
}

bool OwnedObject::drain(Deadline deadline, bool last_try) noexcept {
  if (!is_held() || is_borrowed()) {
    return true;
  }
  try {
    if (!keep_if_wished()) {
      remove_now(deadline);
    }
    return true;
  } catch (const std::exception& error) {
    if (last_try) {
      // A destructor that runs later, in the end of the program, must not try with half of it destroyed.
      state_ = State::Released;
      count(metric::kLeaked, kind_);
      Registry::of_this_process().leave_to_watchdog();
      report_failure(error.what(), "it is left to the watchdog");
    }
    return false;
  }
}

void OwnedObject::release() noexcept {
  const bool mine = process_ == ::getpid();
  if (mine && is_borrowed()) {
    give_back();
    return;
  }
  state_ = State::Released;
  if (mine) {
    on_end(Ending::Released);
    if (!kept_) {
      Registry::of_this_process().leave_to_watchdog();
    }
    Registry::of_this_process().forget(*this);
  }
}

void OwnedObject::report_failure(const char* what, const char* next) const noexcept {
  try {
    log::error(fmt::format("the {} '{}' could not be removed: {}; {}; by hand: {} {}", to_string(kind_),
                           name_, what, next, command_by_hand(kind_),
                           kind_ == ObjectKind::Volume ? name_ : short_id(id_)));
  } catch (const std::exception&) {
    log::error(what);
  }
}

std::shared_ptr<OwnedObject> own(ObjectKind kind, const Client& client, std::string id, std::string name,
                                 bool kept) {
  auto object = std::make_shared<OwnedObject>(kind, client, std::move(id), std::move(name), kept);
  Registry::of_this_process().add(object);
  return object;
}

void add_labels(Labels& labels, const Labels& own) {
  for (const auto& [key, value] : labels) {
    if (key.starts_with("drydock.")) {
      throw InvalidArgumentError(
          fmt::format("the label '{}' is refused: keys that begin with 'drydock.' are Drydock's own", key));
    }
  }
  labels.insert(own.begin(), own.end());
}

}  // namespace drydock
