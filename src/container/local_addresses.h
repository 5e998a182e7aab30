// The IPv4 addresses of this machine.
#pragma once

#include <netinet/in.h>
#include <optional>
#include <string>

namespace drydock {

/// Returns whether an interface of this machine has the address now.
[[nodiscard]] bool is_own_address(const in_addr& address);
[[nodiscard]] bool is_own_address(const std::string& address);

/// Returns the address that an interface of this machine has in the subnet, such as "172.17.0.0/16"; empty
/// when none has one, or the text is no IPv4 subnet.
[[nodiscard]] std::optional<std::string> own_address_in(const std::string& subnet);

/// Returns the address from which this machine speaks to the world; empty when it has no route there. Sends
/// nothing.
[[nodiscard]] std::optional<std::string> outward_address();

}  // namespace drydock
