#include "drydock/transport/discovery.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "transport/socket_connect.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kProbeLimit{2};

/// A variable's value; an empty one counts as unset, as it does for the docker CLI.
std::optional<std::string> value_of(const DiscoveryEnvironment& environment, const char* name) {
  std::optional<std::string> value = environment.variable(name);
  return value && !value->empty() ? value : std::nullopt;
}

/// Probes an endpoint and notes what came of it. Returns whether it answers.
bool consider(const DiscoveryEnvironment& environment, std::string source, const Endpoint& endpoint,
              Discovery& discovery) {
  const std::string failure = environment.probe(endpoint);
  discovery.candidates.push_back({.source = std::move(source),
                                  .address = endpoint.to_string(),
                                  .verdict = failure.empty() ? "answers" : failure,
                                  .usable = failure.empty()});
  if (failure.empty()) {
    discovery.endpoint = endpoint;
  }
  return failure.empty();
}

void refuse(std::string source, const std::string& address, std::string verdict, Discovery& discovery) {
  discovery.candidates.push_back({.source = std::move(source),
                                  .address = text::printable(address),
                                  .verdict = std::move(verdict),
                                  .usable = false});
}

void consider_docker_host(const DiscoveryEnvironment& environment, const std::string& host,
                          Discovery& discovery) {
  try {
    const Endpoint endpoint = Endpoint::parse(host);
    if (endpoint.kind == Endpoint::Kind::Tcp && value_of(environment, "DOCKER_TLS_VERIFY")) {
      // Plain HTTP to a port that was meant for TLS would hand requests to whoever listens.
      refuse("DOCKER_HOST", host,
             "DOCKER_TLS_VERIFY is set, and TLS is not supported; unset it for plain TCP", discovery);
      return;
    }
    consider(environment, "DOCKER_HOST", endpoint, discovery);
  } catch (const InvalidArgumentError& error) {
    refuse("DOCKER_HOST", host, error.what(), discovery);
  }
}

struct Place {
  const char* source;
  std::string path;
};

std::vector<Place> usual_places(const DiscoveryEnvironment& environment) {
  const std::optional<std::string> runtime = value_of(environment, "XDG_RUNTIME_DIR");
  const std::optional<std::string> home = value_of(environment, "HOME");
  const std::string run_user = "/run/user/" + std::to_string(environment.uid);
  std::vector<Place> places{{"default socket", "/var/run/docker.sock"}};
  if (runtime) {
    places.push_back({"rootless socket", *runtime + "/docker.sock"});
  }
  places.push_back({"rootless socket", run_user + "/docker.sock"});
  if (home) {
    places.push_back({"Docker Desktop", *home + "/.docker/run/docker.sock"});
    places.push_back({"Docker Desktop", *home + "/.docker/desktop/docker.sock"});
  }
  if (runtime) {
    places.push_back({"rootless Podman", *runtime + "/podman/podman.sock"});
  }
  places.push_back({"rootless Podman", run_user + "/podman/podman.sock"});
  places.push_back({"Podman", "/run/podman/podman.sock"});
  return places;
}

bool known(const Discovery& discovery, const std::string& address) {
  return std::any_of(discovery.candidates.begin(), discovery.candidates.end(),
                     [&](const Candidate& candidate) { return candidate.address == address; });
}

}  // namespace

std::string Discovery::table() const {
  std::size_t source_width = 0;
  std::size_t address_width = 0;
  for (const Candidate& candidate : candidates) {
    source_width = std::max(source_width, candidate.source.size());
    address_width = std::max(address_width, candidate.address.size());
  }
  std::string lines;
  for (const Candidate& candidate : candidates) {
    lines += "  " + candidate.source + std::string(source_width - candidate.source.size() + 2, ' ') +
             candidate.address + std::string(address_width - candidate.address.size() + 2, ' ') +
             candidate.verdict + "\n";
  }
  return lines;
}

DiscoveryEnvironment DiscoveryEnvironment::from_process() {
  return {.variable = [](const char* name) -> std::optional<std::string> {
            const char* value = std::getenv(name);
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
          },
          .uid = static_cast<unsigned>(::getuid()),
          .probe =
              [](const Endpoint& endpoint) {
                const ConnectOutcome outcome = connect_socket(endpoint, Deadline::in(kProbeLimit));
                return outcome.socket.valid() ? std::string() : outcome.failure;
              }};
}

Discovery discover_engine(const DiscoveryEnvironment& environment) {
  Discovery discovery;
  if (const auto host = value_of(environment, "DOCKER_HOST")) {
    consider_docker_host(environment, *host, discovery);
    return discovery;
  }
  for (const Place& place : usual_places(environment)) {
    try {
      const Endpoint endpoint = Endpoint::parse("unix://" + place.path);
      if (!known(discovery, endpoint.to_string()) &&
          consider(environment, place.source, endpoint, discovery)) {
        break;
      }
    } catch (const InvalidArgumentError& error) {
      refuse(place.source, "unix://" + place.path, error.what(), discovery);
    }
  }
  return discovery;
}

}  // namespace drydock
