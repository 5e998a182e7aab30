// Values that several Engine API resources share.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace drydock {

using ContainerId = std::string;  ///< 64 hexadecimal digits, as the engine gives it
using Labels = std::map<std::string, std::string>;

/// Transport protocol of a port.
enum class Protocol { Tcp, Udp, Sctp };

[[nodiscard]] const char* to_string(Protocol protocol) noexcept;  // "tcp", "udp", "sctp"

/// Returns the first 12 characters of an id (after "sha256:", if any), as the docker command line shows it.
[[nodiscard]] std::string short_id(const std::string& id);

}  // namespace drydock
