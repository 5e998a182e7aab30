// What `drydock up` writes about a service, and attach() reads: the state file. Functions are free; what
// reads and writes files says so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/docker/container_types.h"

namespace drydock {

struct ServiceState {
  std::string name{};  ///< the service's
  ContainerId container{};
  std::string engine_name{};  ///< the container's name at the engine
  std::string image{}, image_id{}, digest{};
  std::string endpoint{}, host{};
  std::map<std::string, std::uint16_t> ports{};  ///< "5432/tcp" → host port
  std::string owner{}, session{};                ///< as in the labels
  std::map<std::string, std::string> env{};      ///< what the container was given
  std::string spec{};  ///< hash of what was asked for: tells one service from another
  friend bool operator==(const ServiceState&, const ServiceState&) = default;
};

/// Returns the document, one line.
[[nodiscard]] std::string to_json_text(const ServiceState& state);

/// Parses what to_json_text() wrote. Throws ProtocolError for what is no such document.
[[nodiscard]] ServiceState parse_service_state(std::string_view text);

/// Returns the host ports by container port: where one is bound for IPv4 and IPv6, IPv4's.
[[nodiscard]] std::map<std::string, std::uint16_t> host_ports(const std::vector<PublishedPort>& ports);

/// Returns the name of the variable that names a service's state file: "DRYDOCK_SERVICE_PG". Throws
/// InvalidArgumentError unless the service's name is made of letters, digits, '-' and '_' and begins with
/// none of the last two.
[[nodiscard]] std::string service_variable(const std::string& service);

/// Replaces each "{session}".
[[nodiscard]] std::string state_path(std::string_view path, std::string_view key);

/// Replaces each "{session}" by what tells the current run apart, also from others that share DRYDOCK_SESSION
/// with it: two runs that share a folder have a file each. Throws InvalidArgumentError where there is no run
/// that other programs are part of, and like current_run().
[[nodiscard]] std::string current_state_path(std::string_view path);

/// Reads the file; empty when it is not there. Throws Error naming it when it cannot be read or is no state
/// file.
[[nodiscard]] std::optional<ServiceState> read_state_file(const std::string& path);

/// Writes the file with mode 0600, whole or not at all, and makes its directory. Throws std::system_error.
void write_state_file(const std::string& path, const ServiceState& state);

}  // namespace drydock
