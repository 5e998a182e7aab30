#include "container/published_address.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace drydock {
namespace {

[[noreturn]] void throw_unpublished(const WaitTarget& target, std::uint16_t port) {
  std::vector<std::string> published;
  for (const PublishedPort& each : target.ports) {
    published.push_back(fmt::format("{}/{}", each.container_port, to_string(each.protocol)));
  }
  throw InvalidArgumentError(fmt::format("container '{}' publishes no TCP port{}; it publishes: {}",
                                         target.label, port == 0 ? "" : fmt::format(" '{}'", port),
                                         published.empty() ? "none" : text::join(published, ", ")),
                             {.operation = "wait", .resource = target.label});
}

constexpr const char* kLocalHost = "127.0.0.1";

bool is_wildcard(const std::string& ip) {
  return ip.empty() || ip == "0.0.0.0" || ip == "::";
}

}  // namespace

std::vector<PublishedPort> published_tcp(const WaitTarget& target, std::uint16_t port) {
  std::vector<PublishedPort> found;
  for (const PublishedPort& each : target.ports) {
    // A port that is published for IPv4 and IPv6 has two entries; either leads to the same server.
    const bool known = std::any_of(found.begin(), found.end(), [&each](const PublishedPort& other) {
      return other.container_port == each.container_port;
    });
    if (each.protocol == Protocol::Tcp && each.host_port != 0 && !known &&
        (port == 0 || each.container_port == port)) {
      found.push_back(each);
    }
  }
  if (found.empty()) {
    throw_unpublished(target, port);
  }
  return found;
}

std::string host_of(const WaitTarget& target, const PublishedPort& port) {
  // A host that was chosen, by DRYDOCK_HOST_OVERRIDE, is the one that the test will use.
  const bool is_local = target.client.endpoint().kind == Endpoint::Kind::Unix && target.host == kLocalHost;
  return is_local && !is_wildcard(port.host_ip) ? port.host_ip : target.host;
}

}  // namespace drydock
