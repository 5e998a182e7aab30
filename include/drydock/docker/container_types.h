// What the engine says of a container: plain values read from /containers/json and /containers/ID/json.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "drydock/docker/types.h"

namespace drydock {

enum class ContainerStatus { Created, Running, Paused, Restarting, Removing, Exited, Dead, Unknown };
[[nodiscard]] const char* to_string(ContainerStatus status) noexcept;  // "running", ...

enum class Health { None, Starting, Healthy, Unhealthy };
[[nodiscard]] const char* to_string(Health health) noexcept;  // "none", "starting", ...

struct ContainerState {
  ContainerStatus status{ContainerStatus::Unknown};
  bool running{false};  ///< true while paused, too
  bool oom_killed{false};
  int exit_code{0};
  std::int64_t pid{0};                      ///< in the engine's pid namespace; 0 when not running
  std::string error{};                      ///< why it could not be started
  std::string started_at{}, finished_at{};  ///< RFC 3339
  Health health{Health::None};
  std::string last_health_output{};  ///< what the newest health probe printed
  friend bool operator==(const ContainerState&, const ContainerState&) = default;
};

/// A container port and where the host publishes it.
struct PublishedPort {
  std::uint16_t container_port{0};
  Protocol protocol{Protocol::Tcp};
  std::string host_ip{};
  std::uint16_t host_port{0};
  friend bool operator==(const PublishedPort&, const PublishedPort&) = default;
};

struct NetworkAttachment {
  std::string network{}, network_id{};
  std::string ip_address{}, gateway{};
  std::vector<std::string> aliases{};
  friend bool operator==(const NetworkAttachment&, const NetworkAttachment&) = default;
};

/// `GET /containers/ID/json`.
struct ContainerDetails {
  ContainerId id{};
  std::string name{};   ///< without the leading slash
  std::string image{};  ///< the reference it was created from
  std::string image_id{};
  std::string created{};  ///< RFC 3339
  std::string hostname{};
  std::string network_mode{};
  std::vector<std::string> command{};  ///< entrypoint and arguments
  bool tty{false};
  ContainerState state{};
  std::vector<PublishedPort> ports{};
  std::vector<NetworkAttachment> networks{};
  Labels labels{};
  std::string json{};  ///< the whole answer, for what has no field here
};

/// A row of `GET /containers/json`.
struct ContainerSummary {
  ContainerId id{};
  std::vector<std::string> names{};  ///< without the leading slash
  std::string image{}, image_id{};
  ContainerStatus status{ContainerStatus::Unknown};
  std::string status_text{};  ///< "Up 3 seconds (healthy)"
  std::int64_t created{0};    ///< seconds since the epoch
  std::vector<PublishedPort> ports{};
  Labels labels{};
};

/// `GET /containers/ID/top`.
struct ProcessTable {
  std::vector<std::string> titles{};
  std::vector<std::vector<std::string>> rows{};
};

enum class ChangeKind { Modified, Added, Deleted };
[[nodiscard]] const char* to_string(ChangeKind kind) noexcept;  // "modified", "added", "deleted"

/// A row of `GET /containers/ID/changes`: a path at which the container's file system differs from its image.
struct FileChange {
  std::string path{};
  ChangeKind kind{ChangeKind::Modified};
  friend bool operator==(const FileChange&, const FileChange&) = default;
};
/// Prints "added /var/tmp/x".
void PrintTo(const FileChange& change, std::ostream* out);

/// One sample of `GET /containers/ID/stats`.
struct ContainerStats {
  std::uint64_t cpu_total_ns{0}, cpu_system_ns{0};
  std::uint64_t memory_bytes{0}, memory_limit_bytes{0};
  std::uint64_t pids{0};
  std::uint64_t network_rx_bytes{0}, network_tx_bytes{0};
  std::string json{};
};

}  // namespace drydock
