#include "drydock/transport/endpoint.h"

#include <algorithm>
#include <charconv>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un::sun_path less its terminator
constexpr std::uint16_t kDefaultPort = 2375;     // IANA "docker", and what the docker CLI assumes

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw InvalidArgumentError("cannot use '" + text::printable(text) + "' as an engine's endpoint: " + why);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

Endpoint parse_unix(std::string_view text, std::string_view path) {
  if (path.empty() || path.front() != '/') {
    refuse(text, "the socket's path must be absolute, as in 'unix:///var/run/docker.sock'");
  }
  if (path.size() > kLongestSocketPath) {
    refuse(text, "the socket's path has " + std::to_string(path.size()) + " bytes, and a Unix socket takes " +
                     std::to_string(kLongestSocketPath) + "; use a shorter path or a symbolic link");
  }
  if (text::has_control(path)) {
    refuse(text, "the socket's path holds control characters");
  }
  return {.kind = Endpoint::Kind::Unix, .path = std::string(path), .host = {}, .port = 0};
}

std::uint16_t parse_port(std::string_view text, std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    refuse(text, "the port must be a number from 1 to 65535");
  }
  return port;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_ipv6_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

Endpoint parse_tcp(std::string_view text, std::string_view rest) {
  if (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  std::string_view host;
  if (take_prefix(rest, "[")) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) {
      refuse(text, "the IPv6 address has no closing ']'");
    }
    host = rest.substr(0, close);
    rest.remove_prefix(close + 1);
    if (host.find(':') == std::string_view::npos ||
        !std::all_of(host.begin(), host.end(), is_ipv6_character)) {
      refuse(text, "what stands in brackets is not an IPv6 address");
    }
  } else {
    host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
    if (host.empty()) {
      refuse(text, "the host is missing, as in 'tcp://127.0.0.1:2375'");
    }
    if (!std::all_of(host.begin(), host.end(), is_host_character)) {
      refuse(text, "the host may hold letters, digits, '.', '-' and '_' only, and no path may follow");
    }
  }
  std::uint16_t port = kDefaultPort;
  if (!rest.empty()) {
    if (!take_prefix(rest, ":")) {
      refuse(text, "only ':port' may follow the host");
    }
    port = parse_port(text, rest);
  }
  return {.kind = Endpoint::Kind::Tcp, .path = {}, .host = std::string(host), .port = port};
}

}  // namespace

Endpoint Endpoint::parse(std::string_view text) {
  std::string_view rest = text;
  if (take_prefix(rest, "unix://")) {
    return parse_unix(text, rest);
  }
  if (take_prefix(rest, "tcp://") || take_prefix(rest, "http://")) {
    return parse_tcp(text, rest);
  }
  if (text.starts_with("ssh://")) {
    refuse(text,
           "ssh is not supported; forward the socket with 'ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock "
           "USER@HOST' and use 'unix:///tmp/docker.sock'");
  }
  if (text.starts_with("https://")) {
    refuse(text, "TLS is not supported; use a Unix socket or plain TCP on a trusted network");
  }
  if (text.empty()) {
    refuse(text, "it is empty");
  }
  refuse(text, "it must begin with 'unix://', 'tcp://' or 'http://'");
}

std::string Endpoint::to_string() const {
  if (kind == Kind::Unix) {
    return "unix://" + path;
  }
  const bool ipv6 = host.find(':') != std::string::npos;
  return "tcp://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace drydock
