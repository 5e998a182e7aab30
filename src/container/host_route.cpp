#include "container/host_route.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "container/host_mapping.h"
#include "container/local_addresses.h"

namespace drydock {
namespace {

Error no_way(const std::string& why) {
  return {ErrorCode::Unsupported, why, {.operation = "host access", .resource = kHostName}};
}

bool knows_the_name(const EngineKind& kind) {
  constexpr std::pair<int, int> kPodmanKnows{4, 7};
  return kind.family == EngineFamily::DockerDesktop ||
         (kind.family == EngineFamily::Podman &&
          std::pair<int, int>{kind.major_version, kind.minor_version} >= kPodmanKnows);
}

bool is_on_this_machine(const Endpoint& endpoint) {
  return endpoint.kind == Endpoint::Kind::Unix || endpoint.host == "localhost" || endpoint.host == "::1" ||
         endpoint.host.starts_with("127.");
}

std::string outward_address_or_throw() {
  if (std::optional<std::string> address = outward_address()) {
    return *std::move(address);
  }
  throw no_way(
      "a rootless engine's containers reach this machine at the address from which it speaks to the world, "
      "and it has none; give it a default route, or use an engine that runs as root");
}

// The API for Docker calls Podman's default network "bridge", whatever its name; not every version does.
NetworkDetails find_network(const Client& client, const std::string& network, Deadline deadline) {
  const bool is_default = network.empty() || network == "bridge" || network == "default";
  std::optional<NetworkDetails> found = client.networks().find(is_default ? "bridge" : network, deadline);
  if (!found && is_default) {
    found = client.networks().find("podman", deadline);
  }
  if (!found) {
    throw no_way(fmt::format("the engine has no network '{}' through which containers reach this machine",
                             is_default ? "bridge" : network));
  }
  return *std::move(found);
}

std::string podman_gateway(const Client& client, const std::string& network, Deadline deadline) {
  NetworkDetails details = find_network(client, network, deadline);
  if (details.gateway.empty()) {
    throw no_way(fmt::format(
        "the network '{}' has no gateway, so its containers cannot reach this machine; use a bridge network "
        "that is not internal",
        details.name));
  }
  return std::move(details.gateway);
}

/// Returns this machine's address in a network, where it has one. Docker before 23 names the default bridge's
/// gateway only when it was configured.
std::optional<std::string> own_address_on(const NetworkDetails& network) {
  return is_own_address(network.gateway) ? std::optional{network.gateway} : own_address_in(network.subnet);
}

/// The default networks by endpoint. Never destroyed: ports are exposed by objects with static storage, too.
struct DefaultNetworks {
  std::mutex mutex{};
  std::map<std::string, NetworkDetails> by_endpoint{};

  static DefaultNetworks& instance() {
    static auto* const networks = new DefaultNetworks;
    return *networks;
  }
};

// The engine is asked once for each endpoint and process, and again when this machine has no address in what
// it said: an engine that was started anew may have another default network.
std::string docker_gateway(const Client& client, Deadline deadline) {
  DefaultNetworks& known = DefaultNetworks::instance();
  const std::string endpoint = client.endpoint().to_string();
  if (client.is_watchable()) {  // else another engine may stand behind the exchange
    const std::lock_guard lock{known.mutex};
    const auto found = known.by_endpoint.find(endpoint);
    if (found != known.by_endpoint.end()) {
      if (std::optional<std::string> address = own_address_on(found->second)) {
        return *std::move(address);
      }
    }
  }
  const NetworkDetails details = find_network(client, "bridge", deadline);
  if (std::optional<std::string> address = own_address_on(details)) {
    if (client.is_watchable()) {
      const std::lock_guard lock{known.mutex};
      known.by_endpoint.insert_or_assign(endpoint, details);
    }
    return *std::move(address);
  }
  throw no_way(fmt::format(
      "no interface of this machine is in the engine's default network '{}' ({}): this process runs in "
      "another network namespace than the engine, such as in a container. Let the service listen where the "
      "containers reach it, or give it a container of its own",
      details.name, details.subnet));
}

std::string network_of(const ContainerSpec& spec) {
  return spec.networks.empty() ? spec.network_mode : spec.networks.front().network;
}

}  // namespace

std::string host_address(const Client& client, const ContainerSpec& spec, Deadline deadline) {
  const EngineKind kind = client.system().kind(deadline);
  if (knows_the_name(kind)) {
    return {};
  }
  if (kind.rootless && is_on_this_machine(client.endpoint())) {
    return outward_address_or_throw();
  }
  return kind.family == EngineFamily::Podman ? podman_gateway(client, network_of(spec), deadline)
                                             : kHostGateway;
}

ForwardRoute forward_route(const Client& client, const std::string& network, Deadline deadline) {
  if (!is_on_this_machine(client.endpoint())) {
    throw no_way(fmt::format(
        "the engine at '{}' runs on another machine, whose containers do not reach this one by '{}'; let the "
        "service listen on an address that they reach",
        client.endpoint().to_string(), kHostName));
  }
  const EngineKind kind = client.system().kind(deadline);
  if (kind.family == EngineFamily::DockerDesktop) {
    return {};
  }
  if (kind.rootless) {
    return {.listen = outward_address_or_throw(), .only_from_here = true};
  }
  if (kind.family == EngineFamily::Podman) {
    return {.listen = podman_gateway(client, network, deadline), .may_come_later = true};
  }
  return {.listen = docker_gateway(client, deadline)};
}

}  // namespace drydock
