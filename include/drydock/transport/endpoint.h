// Where an engine answers: a Unix socket or a TCP address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock {

struct Endpoint {
  enum class Kind { Unix, Tcp };

  Kind kind{Kind::Unix};
  std::string path{};     ///< Unix: absolute path of the socket, at most 107 bytes (sockaddr_un)
  std::string host{};     ///< Tcp: name or address, an IPv6 address without its brackets
  std::uint16_t port{0};  ///< Tcp

  /// Parses `unix:///path`, `tcp://host:port`, `tcp://[::1]:port` or `http://host:port`, as DOCKER_HOST has
  /// them. Without a port, TCP means 2375. Throws InvalidArgumentError naming the text and what is wrong with
  /// it.
  static Endpoint parse(std::string_view text);

  /// Returns the text that parse() takes.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace drydock
