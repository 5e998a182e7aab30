#include "container/anchor.h"

#include <chrono>
#include <exception>
#include <utility>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "container/anchor_image.h"
#include "container/container_creation.h"
#include "container/keep.h"
#include "container/labels.h"
#include "container/owned_object.h"
#include "container/registry.h"
#include "container/session.h"
#include "observability/phase.h"

namespace drydock {
namespace {

Creation create(const Client& client, const ContainerSpec& anchor) {
  const auto attempt = [&] {
    NewObject fresh = new_object();
    fresh.labels[label::kRole] = label::kAnchor;
    return create_by_policy(client, anchor, std::move(fresh));
  };
  try {
    return attempt();
  } catch (const EngineError& error) {
    if (error.code() != ErrorCode::NotFound) {
      throw;
    }
  }
  ensure_anchor_image(client, Deadline::in(anchor.start_timeout));
  return attempt();
}

}  // namespace

ContainerSpec anchor_spec(const ContainerSpec& spec, const std::string& name, const std::string& image) {
  ContainerSpec anchor{.image = image,
                       .pull = PullPolicy::Never,
                       .hostname = spec.hostname,
                       .ports = spec.ports,
                       .network_mode = spec.network_mode,
                       .networks = spec.networks,
                       .extra_hosts = spec.extra_hosts,
                       .dns = spec.dns,
                       .dns_search = spec.dns_search,
                       .security = {.read_only_root = true, .cap_drop = {"ALL"}},
                       .start_timeout = spec.start_timeout,
                       .keep = spec.keep};
  for (NetworkJoin& join : anchor.networks) {
    join.aliases.push_back(name);  // by which engines find only containers with networks of their own
  }
  return anchor;
}

ContainerSpec joined_spec(ContainerSpec spec, const ContainerId& anchor) {
  spec.network_mode = "container:" + anchor;
  spec.hostname.clear();
  spec.ports.clear();
  spec.networks.clear();
  spec.extra_hosts.clear();
  spec.dns.clear();
  spec.dns_search.clear();
  spec.standing_network = false;
  spec.ready.clear();  // they may name ports, and are the guard's affair
  return spec;
}

AnchorPtr Anchor::raise(const Client& client, const ContainerSpec& spec, const std::string& name) {
  const ContainerSpec own = anchor_spec(spec, name, anchor_reference());
  Creation made = create(client, own);
  AnchorPtr anchor{new Anchor{
      std::make_shared<OwnedObject>(ObjectKind::Container, client, std::move(made.id), std::move(made.name)),
      std::move(made.nonce), made.kept}};
  anchor->start(own, made.deadline);
  return anchor;
}

Anchor::Anchor(std::shared_ptr<OwnedObject> object, std::string nonce, bool labelled_kept)
    : object_(std::move(object)), nonce_(std::move(nonce)), labelled_kept_(labelled_kept) {}

// The registry does not know it: its drain would end it before the container that uses it.
Anchor::~Anchor() {
  object_->dispose();
  if (object_->is_settled()) {
    return;
  }
  try {
    Registry::of_this_process().add(object_);  // for another try, or at least for the watchdog
  } catch (const std::exception& error) {
    log::error(error.what());
  }
}

void Anchor::start(const ContainerSpec& spec, Deadline deadline) {
  join_further_networks(client(), id(), spec, deadline);
  const Phase phase{phase::kStart, name()};
  client().containers().start(id(), deadline);
  seen_ = client().containers().inspect(id(), deadline);
}

const ContainerId& Anchor::id() const noexcept {
  return object_->id();
}

const std::string& Anchor::name() const noexcept {
  return object_->name();
}

const Client& Anchor::client() const noexcept {
  return object_->client();
}

void Anchor::lend(ContainerDetails& details) const {
  details.hostname = seen_.hostname;
  details.ports = seen_.ports;
  details.networks = seen_.networks;
}

void Anchor::keep() {
  if (!object_->is_held() || Registry::of_this_process().is_kept(id())) {
    return;
  }
  if (!labelled_kept_) {
    client().containers().rename(id(), kept_name(std::chrono::system_clock::now(), nonce_));
  }
  Registry::of_this_process().keep(id());
}

void Anchor::release() noexcept {
  object_->release();
}

}  // namespace drydock
