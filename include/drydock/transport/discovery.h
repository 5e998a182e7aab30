// Finds the engine to talk to. Each candidate that was passed over keeps its reason, so that "no engine"
// explains itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drydock/transport/endpoint.h"

namespace drydock {

/// One endpoint that was considered.
struct Candidate {
  std::string source{};   ///< where it comes from: "DOCKER_HOST", "default socket", "rootless socket", ...
  std::string address{};  ///< as text; the raw value when it does not parse
  std::string verdict{};  ///< "answers", or why it was passed over: "no such file", "permission denied", ...
  bool usable{false};
};

struct Discovery {
  std::optional<Endpoint> endpoint{};
  std::vector<Candidate>
      candidates{};  ///< in the order tried; the last one is the chosen one when there is one

  /// Returns a table with a line for each candidate.
  [[nodiscard]] std::string table() const;
};

/// What discovery reads of the world; replaced in tests.
struct DiscoveryEnvironment {
  std::function<std::optional<std::string>(const char* name)> variable{};
  unsigned uid{0};
  /// Returns an empty string when a connection succeeds, else the reason in words (errno told apart).
  std::function<std::string(const Endpoint&)> probe{};

  static DiscoveryEnvironment from_process();
};

/// Tries, in this order: DOCKER_HOST (and then nothing else, for a wrong choice must not be papered over);
/// /var/run/docker.sock; $XDG_RUNTIME_DIR/docker.sock and /run/user/UID/docker.sock (rootless);
/// ~/.docker/run/docker.sock and ~/.docker/desktop/docker.sock (Docker Desktop);
/// $XDG_RUNTIME_DIR/podman/podman.sock, /run/user/UID/podman/podman.sock and /run/podman/podman.sock
/// (Podman). Never throws for a missing engine; the result's endpoint is then empty. Blocks at most 2 s a
/// candidate.
[[nodiscard]] Discovery discover_engine(
    const DiscoveryEnvironment& environment = DiscoveryEnvironment::from_process());

}  // namespace drydock
