#include "drydock/docker/networks.h"

#include <fmt/format.h>

#include "docker/engine_link.h"

namespace drydock {
namespace {

Call network_call(Method method, const char* operation, const std::string& network) {
  return Call(method, operation, network).path("networks").path(network);
}

std::string create_body(const NetworkConfig& config) {
  Json body;
  body.set("Name") = config.name;
  body.set("Driver") = config.driver;
  // Before API 1.44 the engine makes a second network of the same name unless told not to.
  body.set("CheckDuplicate") = true;
  body.set("Internal") = config.internal;
  body.set("Attachable") = config.attachable;
  body.set("Labels") = Json::strings(config.labels);
  if (!config.subnet.empty()) {
    Json pool;
    pool.set("Subnet") = config.subnet;
    body.set("IPAM").set("Config") = Json::Array{pool};
  }
  return body.dump();
}

NetworkDetails read_network(const Json& json) {
  NetworkDetails details{.id = json["Id"].string(),
                         .name = json["Name"].string(),
                         .driver = json["Driver"].string(),
                         .scope = json["Scope"].string(),
                         .created = json["Created"].string(),
                         .internal = json["Internal"].boolean(),
                         .labels = json["Labels"].string_map()};
  if (const Json::Array& pools = json["IPAM"]["Config"].array(); !pools.empty()) {
    details.subnet = pools.front()["Subnet"].string();
    details.gateway = pools.front()["Gateway"].string();
  }
  for (const auto& [container, unused] : json["Containers"].object()) {
    details.containers.push_back(container);
  }
  return details;
}

/// The engine also takes a few digits at the beginning of another network's id for a match.
bool is_meant(const NetworkDetails& found, const std::string& network) {
  constexpr std::size_t kShortId = 12;
  return found.name == network || (network.size() >= kShortId && found.id.starts_with(network));
}

}  // namespace

std::string Networks::create(const NetworkConfig& config, Deadline deadline) const {
  Call call = Call(Method::Post, "network create", config.name).path("networks").path("create");
  if (config.name.empty()) {
    throw InvalidArgumentError("network create: the name is empty; give one",
                               {.operation = call.operation, .resource = call.resource});
  }
  const Json json = link_->call_object(call.body(create_body(config)), deadline);
  std::string id = json["Id"].string();
  if (id.empty()) {
    throw ProtocolError(fmt::format("network create '{}': the engine's answer holds no id", call.resource),
                        {.operation = call.operation, .resource = call.resource});
  }
  return id;
}

NetworkDetails Networks::inspect(const std::string& network, Deadline deadline) const {
  return read_network(link_->call_object(network_call(Method::Get, "network inspect", network), deadline));
}

std::optional<NetworkDetails> Networks::find(const std::string& network, Deadline deadline) const {
  const Response response =
      link_->call(network_call(Method::Get, "network inspect", network), deadline, {404});
  if (response.status == 404) {
    return std::nullopt;
  }
  NetworkDetails found = read_network(parse_object(response.body, "the answer to network inspect"));
  if (!is_meant(found, network)) {
    return std::nullopt;
  }
  return found;
}

std::vector<NetworkDetails> Networks::list(const std::vector<std::string>& labels, Deadline deadline) const {
  Call call = Call(Method::Get, "network list").path("networks");
  const Json json = link_->call_list(call.filters({{"label", labels}}), deadline);
  std::vector<NetworkDetails> networks;
  for (const Json& row : json.array()) {
    networks.push_back(read_network(row));
  }
  return networks;
}

bool Networks::remove(const std::string& network, Deadline deadline) const {
  const Call call = network_call(Method::Delete, "network remove", network);
  return link_->call(call, deadline, {404}).status != 404;
}

void Networks::connect(const std::string& network, const std::string& container,
                       const NetworkEndpoint& endpoint, Deadline deadline) const {
  Json body;
  body.set("Container") = container;
  Json& config = body.set("EndpointConfig");
  config.set("Aliases") = Json::strings(endpoint.aliases);
  if (!endpoint.ipv4.empty()) {
    config.set("IPAMConfig").set("IPv4Address") = endpoint.ipv4;
  }
  Call call = network_call(Method::Post, "network connect", network).path("connect");
  link_->call(call.body(body.dump()), deadline);
}

void Networks::disconnect(const std::string& network, const std::string& container, bool force,
                          Deadline deadline) const {
  Json body;
  body.set("Container") = container;
  body.set("Force") = force;
  Call call = network_call(Method::Post, "network disconnect", network).path("disconnect");
  link_->call(call.body(body.dump()), deadline);
}

}  // namespace drydock
