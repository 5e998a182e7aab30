// Whether a text is a literal IP address. Pure functions.
#pragma once

#include <arpa/inet.h>
#include <string>

namespace drydock {

/// Accepts four decimal numbers and nothing shorter, as inet_pton(3) does.
[[nodiscard]] inline bool is_ipv4(const std::string& text) noexcept {
  in_addr parsed{};
  return ::inet_pton(AF_INET, text.c_str(), &parsed) == 1 && text.find('\0') == std::string::npos;
}

/// Accepts an address without brackets and without a zone.
[[nodiscard]] inline bool is_ipv6(const std::string& text) noexcept {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1 && text.find('\0') == std::string::npos;
}

[[nodiscard]] inline bool is_ip_address(const std::string& text) noexcept {
  return is_ipv4(text) || is_ipv6(text);
}

}  // namespace drydock
