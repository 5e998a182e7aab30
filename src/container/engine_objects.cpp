#include "container/engine_objects.h"

#include <exception>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "container/registry.h"
#include "container/session.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kLookupLimit{10};

std::string nonce_filter(const std::string& nonce) {
  return std::string{label::kNonce} + "=" + nonce;
}

std::optional<std::string> look_up(const LostCreate& lost, const LookupPace& pace) {
  for (int attempt = 0; attempt < pace.attempts; ++attempt) {
    if (attempt > 0) {
      std::this_thread::sleep_for(pace.pause);
    }
    const auto found =
        find_objects(lost.client, lost.kind, nonce_filter(lost.nonce), Deadline::in(kLookupLimit));
    if (!found.empty()) {
      return found.front().id;
    }
  }
  return std::nullopt;
}

// Returns the id of what the create made although its answer was lost. Whatever fails here must not hide the
// create's own error.
std::optional<std::string> recover(const LostCreate& lost, const LookupPace& pace) noexcept {
  try {
    std::optional<std::string> id = look_up(lost, pace);
    if (!id) {
      Registry::of_this_process().suspect(lost);
    }
    return id;
  } catch (const std::exception& error) {
    log::warn(fmt::format("a {}'s create got no answer, and looking for it failed: {}", to_string(lost.kind),
                          error.what()));
  }
  try {
    Registry::of_this_process().suspect(lost);
  } catch (const std::exception& error) {
    log::error(fmt::format("a {} labelled '{}' may be left behind: {}", to_string(lost.kind),
                           nonce_filter(lost.nonce), error.what()));
  }
  return std::nullopt;
}

void remove_recovered(const LostCreate& lost, const std::string& id) noexcept {
  try {
    remove_object(lost.client, lost.kind, id, Deadline::in(kLookupLimit));
  } catch (const std::exception& error) {
    log::error(fmt::format("the {} '{}', created too late, could not be removed: {}; remove it by hand",
                           to_string(lost.kind), short_id(id), error.what()));
  }
}

std::string first_of(const std::vector<std::string>& names) {
  return names.empty() ? "" : names.front();
}

}  // namespace

const char* to_string(ObjectKind kind) noexcept {
  switch (kind) {
    case ObjectKind::Container:
      return "container";
    case ObjectKind::Network:
      return "network";
    case ObjectKind::Volume:
      return "volume";
    case ObjectKind::Image:
      return "image";
  }
  return "object";
}

std::vector<EngineObject> find_objects(const Client& client, ObjectKind kind, const std::string& filter,
                                       Deadline deadline) {
  if (filter.empty()) {
    throw InvalidArgumentError("refused to look for objects without a label: all would match");
  }
  std::vector<EngineObject> found;
  switch (kind) {
    case ObjectKind::Container:
      for (ContainerSummary& row : client.containers().list({.all = true, .labels = {filter}}, deadline)) {
        found.push_back({kind, std::move(row.id), first_of(row.names), std::move(row.image),
                         std::move(row.status_text), std::move(row.labels)});
      }
      break;
    case ObjectKind::Network:
      for (NetworkDetails& row : client.networks().list({filter}, deadline)) {
        found.push_back({kind, std::move(row.id), std::move(row.name), {}, {}, std::move(row.labels)});
      }
      break;
    case ObjectKind::Volume:
      for (VolumeDetails& row : client.volumes().list({filter}, deadline)) {
        found.push_back({kind, row.name, row.name, {}, {}, std::move(row.labels)});
      }
      break;
    case ObjectKind::Image:
      for (ImageSummary& row : client.images().list({filter}, {}, deadline)) {
        found.push_back({kind, std::move(row.id), first_of(row.tags), {}, {}, std::move(row.labels)});
      }
      break;
  }
  return found;
}

bool remove_object(const Client& client, ObjectKind kind, const std::string& id, Deadline deadline) {
  switch (kind) {
    case ObjectKind::Container:
      return client.containers().remove(id, {.force = true, .volumes = true}, deadline);
    case ObjectKind::Network:
      return client.networks().remove(id, deadline);
    case ObjectKind::Volume:
      return client.volumes().remove(id, false, deadline);
    case ObjectKind::Image:
      return client.images().remove(id, true, deadline);
  }
  return false;
}

void remove_lost(const LostCreate& lost) noexcept {
  try {
    for (const EngineObject& object :
         find_objects(lost.client, lost.kind, nonce_filter(lost.nonce), Deadline::in(kLookupLimit))) {
      remove_recovered(lost, object.id);
    }
  } catch (const std::exception& error) {
    log::error(fmt::format("a {} labelled '{}' may be left behind: {}", to_string(lost.kind),
                           nonce_filter(lost.nonce), error.what()));
  }
}

std::string create_object(const Client& client, ObjectKind kind, const std::string& nonce,
                          const std::function<std::string()>& create, const LookupPace& pace) {
  const LostCreate lost{client, kind, nonce};
  try {
    return create();
  } catch (const TimeoutError&) {
    if (const auto id = recover(lost, pace)) {
      remove_recovered(lost, *id);
    }
    throw;
  } catch (const ConnectionError& error) {
    if (!error.request_sent()) {
      throw;
    }
    if (auto id = recover(lost, pace)) {
      return *std::move(id);
    }
    throw;
  } catch (const ProtocolError&) {
    if (auto id = recover(lost, pace)) {
      return *std::move(id);
    }
    throw;
  }
}

}  // namespace drydock
