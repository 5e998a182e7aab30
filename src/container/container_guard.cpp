#include "container/container_guard.h"

#include <exception>
#include <limits>

#include <fmt/format.h>

#include "drydock/container/test_context.h"
#include "drydock/observability/log.h"

#include "container/evidence_reader.h"
#include "container/kept_evidence.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kEvidenceLimit{10};
constexpr std::uint64_t kNeverShown = std::numeric_limits<std::uint64_t>::max();

}  // namespace

ContainerGuard::ContainerGuard(ContainerSpec spec, Client client, ContainerId id, std::string name,
                               SourceLocation where)
    : OwnedObject(ObjectKind::Container, std::move(client), std::move(id), std::move(name)),
      spec_(std::move(spec)),
      where_(where),
      exceptions_at_construction_(std::uncaught_exceptions()),
      shown_in_(kNeverShown) {}

std::string ContainerGuard::label() const {
  return fmt::format("{} ({})", name(), short_id(id()));
}

std::shared_ptr<const ContainerDetails> ContainerGuard::refresh(Deadline deadline) {
  auto fresh = std::make_shared<const ContainerDetails>(client().containers().inspect(id(), deadline));
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
  const std::uint64_t test = test_generation();
  if (!details() || shown_in_.exchange(test) == test) {
    return std::nullopt;
  }
  return read_evidence();
}

void ContainerGuard::mark_evidence_shown() noexcept {
  shown_in_ = test_generation();
}

void ContainerGuard::before_disposal() noexcept {
  if (std::uncaught_exceptions() <= exceptions_at_construction_) {
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
