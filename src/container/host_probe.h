// The programs by which a container can be made to connect somewhere, and what their endings mean. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drydock/container/exec.h"

namespace drydock {

enum class Reached {
  Yes,
  Refused,
  TimedOut,     ///< also: no route
  UnknownName,  ///< the host's name is not known inside
  CannotTell,   ///< the program is missing, or too old to be asked so
};

/// One program, and how it is told to connect.
struct HostProbe {
  const char* program;
  /// Returns the command that connects within `seconds` and ends.
  std::vector<std::string> (*command)(const std::string& host, std::uint16_t port, long seconds);
  /// Returns whether the result of a command that was run shows a connection.
  bool (*has_connected)(const ExecResult& result);
};

/// Returns the programs in the order in which they are tried.
[[nodiscard]] const std::vector<HostProbe>& host_probes();

/// Tells what a probe's ending means.
[[nodiscard]] Reached read_probe(const HostProbe& probe, const ExecResult& result);

}  // namespace drydock
