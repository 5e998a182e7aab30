// What is wrong with a spec's ports, networks, hosts and name servers.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "container/host_mapping.h"
#include "container/ip_address.h"
#include "container/spec_faults.h"

namespace drydock {
namespace {

bool shares_a_network(const std::string& mode) {
  return mode.rfind("container:", 0) == 0;
}

bool is_wildcard(const std::string& ip) {
  return ip == "0.0.0.0" || ip == "::";
}

void check_host_port(const Port& port, const std::vector<Port>& before, Faults& faults) {
  const auto clashes = [&port](const Port& other) {
    return other.host == port.host && other.protocol == port.protocol &&
           (other.host_ip == port.host_ip || is_wildcard(other.host_ip) || is_wildcard(port.host_ip));
  };
  if (port.host != 0 && std::any_of(before.begin(), before.end(), clashes)) {
    faults.push_back(
        fmt::format("port {} takes the host port {} a second time; leave it to the engine with 0",
                    quote(port.to_string()), port.host));
  }
}

void check_ports(const ContainerSpec& spec, Faults& faults) {
  std::set<std::pair<std::uint16_t, Protocol>> seen;
  std::vector<Port> before;
  for (const Port& port : spec.ports) {
    if (port.container == 0) {
      faults.emplace_back("port '0' does not exist; name the port on which the container listens");
    }
    if (!is_ip_address(port.host_ip)) {
      faults.push_back(fmt::format(
          "port {} has the host_ip {}, which is no IP address; write '127.0.0.1', or "
          "'0.0.0.0' to open it to the network",
          quote(fmt::format("{}/{}", port.container, to_string(port.protocol))), quote(port.host_ip)));
    }
    if (!seen.emplace(port.container, port.protocol).second) {
      faults.push_back(fmt::format("port {} is published twice; keep one", quote(port.to_string())));
    }
    check_host_port(port, before, faults);
    before.push_back(port);
  }
}

void check_mode(const ContainerSpec& spec, Faults& faults) {
  const std::string& mode = spec.network_mode;
  if (mode.empty()) {
    return;
  }
  check_line("network_mode", mode, faults);
  if (mode == "container:") {
    faults.emplace_back("network_mode 'container:' names no container; write its name or id after the colon");
  }
  if (!spec.networks.empty()) {
    faults.push_back(fmt::format("network_mode {} and networks exclude each other; keep one", quote(mode)));
  }
  if ((mode == "host" || mode == "none" || shares_a_network(mode)) && !spec.ports.empty()) {
    faults.push_back(fmt::format(
        "network_mode {} publishes no ports; leave ports empty, or take another mode", quote(mode)));
  }
  if (shares_a_network(mode) &&
      !(spec.hostname.empty() && spec.extra_hosts.empty() && spec.dns.empty() && spec.dns_search.empty())) {
    faults.push_back(
        fmt::format("network_mode {} takes hostname, extra_hosts and dns from the other container; leave "
                    "them empty here",
                    quote(mode)));
  }
}

void check_standing(const ContainerSpec& spec, Faults& faults) {
  const std::string& mode = spec.network_mode;
  if (spec.standing_network && (mode == "host" || mode == "none" || shares_a_network(mode))) {
    faults.push_back(
        fmt::format("standing_network has no network to keep under network_mode {}; leave one of the two out",
                    quote(mode)));
  }
}

void check_join(const NetworkJoin& join, Faults& faults) {
  check_line("network", join.network, faults);
  constexpr std::array<std::string_view, 4> kModes{"bridge", "host", "none", "default"};
  if (join.network.empty()) {
    faults.emplace_back("network '' has no name; name a user-defined network");
  } else if (std::find(kModes.begin(), kModes.end(), join.network) != kModes.end() ||
             shares_a_network(join.network)) {
    faults.push_back(
        fmt::format("network {} is not user-defined; set network_mode instead", quote(join.network)));
  }
  for (const std::string& alias : join.aliases) {
    if (!made_of_letters_digits_and("_.-", alias)) {
      faults.push_back(
          fmt::format("network alias {} is not made of letters, digits, '_', '.' and '-'", quote(alias)));
    }
  }
  if (!join.ipv4.empty() && !is_ipv4(join.ipv4)) {
    faults.push_back(fmt::format("network {} has the ipv4 {}, which is no IPv4 address", quote(join.network),
                                 quote(join.ipv4)));
  }
}

void check_joins(const ContainerSpec& spec, Faults& faults) {
  std::set<std::string> seen;
  for (const NetworkJoin& join : spec.networks) {
    check_join(join, faults);
    if (!join.network.empty() && !seen.insert(join.network).second) {
      faults.push_back(
          fmt::format("network {} is joined twice; put all aliases into one", quote(join.network)));
    }
  }
}

void check_names(const ContainerSpec& spec, Faults& faults) {
  for (const auto& [host, address] : spec.extra_hosts) {
    if (!made_of_letters_digits_and("_.-", host)) {
      faults.push_back(
          fmt::format("extra_hosts name {} is not made of letters, digits, '_', '.' and '-'", quote(host)));
    }
    if (address != "host-gateway" && !is_ip_address(address)) {
      faults.push_back(fmt::format("extra_hosts {} has the address {}; write an IP address or 'host-gateway'",
                                   quote(host), quote(address)));
    }
  }
  for (const std::string& server : spec.dns) {
    if (!is_ip_address(server)) {
      faults.push_back(
          fmt::format("dns {} is no IP address; name servers are given by address", quote(server)));
    }
  }
  for (const std::string& domain : spec.dns_search) {
    if (!made_of_letters_digits_and("_.-", domain)) {
      faults.push_back(fmt::format(
          "dns_search {} is no domain; write one such as 'example.org', or '.' for none", quote(domain)));
    }
  }
}

void check_host_access_mode(const std::string& mode, Faults& faults) {
  if (mode == "none") {
    faults.emplace_back(
        "host_access has no network to go by under network_mode 'none'; leave network_mode empty");
  } else if (mode == "host") {
    faults.emplace_back(
        "host_access is not needed under network_mode 'host': the container reaches the host's services at "
        "'127.0.0.1'; leave one of the two out");
  } else if (shares_a_network(mode)) {
    faults.push_back(fmt::format(
        "host_access cannot be given under network_mode {}, which takes its hosts from the other container; "
        "enable it there",
        quote(mode)));
  }
}

void check_host_access(const ContainerSpec& spec, Faults& faults) {
  const HostAccess& access = spec.host_access;
  if (!access.enabled) {
    if (!access.env.empty()) {
      faults.push_back(fmt::format("host_access.env sets {}, but host_access is off; set .enabled = true",
                                   quote(access.env.begin()->first)));
    }
    return;
  }
  check_host_access_mode(spec.network_mode, faults);
  if (spec.extra_hosts.contains(kHostName)) {
    faults.push_back(fmt::format("extra_hosts {} is what host_access sets; keep one", quote(kHostName)));
  }
  for (const auto& [name, value] : access.env) {
    if (spec.env.contains(name)) {
      faults.push_back(fmt::format("host_access.env {} is set in env, too; keep one", quote(name)));
    }
  }
}

}  // namespace

void check_network(const ContainerSpec& spec, Faults& faults) {
  check_ports(spec, faults);
  check_mode(spec, faults);
  check_standing(spec, faults);
  check_joins(spec, faults);
  check_names(spec, faults);
  check_host_access(spec, faults);
}

}  // namespace drydock
