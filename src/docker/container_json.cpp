#include "docker/container_json.h"

#include <charconv>
#include <iterator>
#include <utility>

namespace drydock {
namespace {

ContainerStatus read_status(std::string_view text) {
  constexpr std::pair<std::string_view, ContainerStatus> kStatuses[] = {
      {"created", ContainerStatus::Created},
      {"running", ContainerStatus::Running},
      {"paused", ContainerStatus::Paused},
      {"restarting", ContainerStatus::Restarting},
      {"removing", ContainerStatus::Removing},
      {"exited", ContainerStatus::Exited},
      {"dead", ContainerStatus::Dead},
      // Podman's own words.
      {"configured", ContainerStatus::Created},
      {"initialized", ContainerStatus::Created},
      {"stopping", ContainerStatus::Running},
      {"stopped", ContainerStatus::Exited},
  };
  for (const auto& [name, status] : kStatuses) {
    if (text == name) {
      return status;
    }
  }
  return ContainerStatus::Unknown;
}

Health read_health(std::string_view text) {
  for (const Health health : {Health::Starting, Health::Healthy, Health::Unhealthy}) {
    if (text == to_string(health)) {
      return health;
    }
  }
  return Health::None;
}

std::uint16_t read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

Protocol read_protocol(std::string_view text) {
  for (const Protocol protocol : {Protocol::Udp, Protocol::Sctp}) {
    if (text == to_string(protocol)) {
      return protocol;
    }
  }
  return Protocol::Tcp;
}

ContainerState read_state(const Json& json) {
  ContainerState state{.status = read_status(json["Status"].string()),
                       .running = json["Running"].boolean(),
                       .oom_killed = json["OOMKilled"].boolean(),
                       .exit_code = static_cast<int>(json["ExitCode"].integer()),
                       .pid = json["Pid"].integer(),
                       .error = json["Error"].string(),
                       .started_at = json["StartedAt"].string(),
                       .finished_at = json["FinishedAt"].string()};
  // Podman before 4.4 calls it Healthcheck.
  const Json& health = json["Health"].is_object() ? json["Health"] : json["Healthcheck"];
  state.health = read_health(health["Status"].string());
  if (const Json::Array& probes = health["Log"].array(); !probes.empty()) {
    state.last_health_output = probes.back()["Output"].string();
  }
  // Docker counts a paused container as running, Podman does not.
  state.running = state.running || state.status == ContainerStatus::Paused;
  return state;
}

/// Reads `{"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "32768"}], "81/tcp": null}`.
std::vector<PublishedPort> read_port_map(const Json& json) {
  std::vector<PublishedPort> ports;
  for (const auto& [key, bindings] : json.object()) {
    const std::size_t slash = key.find('/');
    const std::string_view number = std::string_view{key}.substr(0, slash);
    const std::string_view protocol =
        slash == std::string::npos ? "" : std::string_view{key}.substr(slash + 1);
    for (const Json& binding : bindings.array()) {
      const std::uint16_t host_port = read_port(binding["HostPort"].string());
      if (host_port != 0) {
        ports.push_back({.container_port = read_port(number),
                         .protocol = read_protocol(protocol),
                         .host_ip = binding["HostIp"].string(),
                         .host_port = host_port});
      }
    }
  }
  return ports;
}

std::vector<NetworkAttachment> read_networks(const Json& json) {
  std::vector<NetworkAttachment> networks;
  for (const auto& [name, network] : json.object()) {
    networks.push_back({.network = name,
                        .network_id = network["NetworkID"].string(),
                        .ip_address = network["IPAddress"].string(),
                        .gateway = network["Gateway"].string(),
                        .aliases = network["Aliases"].string_list()});
  }
  return networks;
}

std::string without_slash(const std::string& name) {
  return name.starts_with('/') ? name.substr(1) : name;
}

std::vector<std::string> read_command(const Json& json) {
  std::vector<std::string> command;
  if (std::string path = json["Path"].string(); !path.empty()) {
    command.push_back(std::move(path));
  }
  std::vector<std::string> args = json["Args"].string_list();
  std::move(args.begin(), args.end(), std::back_inserter(command));
  return command;
}

}  // namespace

ContainerDetails read_container_details(const Json& json, std::string text) {
  const Json& config = json["Config"];
  const Json& network = json["NetworkSettings"];
  return {.id = json["Id"].string(),
          .name = without_slash(json["Name"].string()),
          .image = config["Image"].string(),
          .image_id = json["Image"].string(),
          .created = json["Created"].string(),
          .hostname = config["Hostname"].string(),
          .network_mode = json["HostConfig"]["NetworkMode"].string(),
          .command = read_command(json),
          .tty = config["Tty"].boolean(),
          .state = read_state(json["State"]),
          .ports = read_port_map(network["Ports"]),
          .networks = read_networks(network["Networks"]),
          .labels = config["Labels"].string_map(),
          .json = std::move(text)};
}

ContainerSummary read_container_summary(const Json& json) {
  ContainerSummary summary{.id = json["Id"].string(),
                           .image = json["Image"].string(),
                           .image_id = json["ImageID"].string(),
                           .status = read_status(json["State"].string()),
                           .status_text = json["Status"].string(),
                           .created = json["Created"].integer(),
                           .labels = json["Labels"].string_map()};
  for (const Json& name : json["Names"].array()) {
    summary.names.push_back(without_slash(name.string()));
  }
  for (const Json& port : json["Ports"].array()) {
    if (port["PublicPort"].integer() != 0) {
      summary.ports.push_back({.container_port = static_cast<std::uint16_t>(port["PrivatePort"].integer()),
                               .protocol = read_protocol(port["Type"].string()),
                               .host_ip = port["IP"].string(),
                               .host_port = static_cast<std::uint16_t>(port["PublicPort"].integer())});
    }
  }
  return summary;
}

ProcessTable read_process_table(const Json& json) {
  ProcessTable table{.titles = json["Titles"].string_list()};
  for (const Json& row : json["Processes"].array()) {
    table.rows.push_back(row.string_list());
  }
  return table;
}

ContainerStats read_container_stats(const Json& json, std::string text) {
  ContainerStats stats{.cpu_total_ns = json["cpu_stats"]["cpu_usage"]["total_usage"].unsigned_integer(),
                       .cpu_system_ns = json["cpu_stats"]["system_cpu_usage"].unsigned_integer(),
                       .memory_bytes = json["memory_stats"]["usage"].unsigned_integer(),
                       .memory_limit_bytes = json["memory_stats"]["limit"].unsigned_integer(),
                       .pids = json["pids_stats"]["current"].unsigned_integer(),
                       .json = std::move(text)};
  for (const auto& [name, network] : json["networks"].object()) {
    stats.network_rx_bytes += network["rx_bytes"].unsigned_integer();
    stats.network_tx_bytes += network["tx_bytes"].unsigned_integer();
  }
  return stats;
}

}  // namespace drydock
