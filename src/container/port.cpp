// Port: docker's publish notation, read and written.
#include <charconv>
#include <optional>
#include <utility>

#include "drydock/base/error.h"
#include "drydock/container/spec.h"

#include "base/text.h"
#include "container/ip_address.h"

namespace drydock {
namespace {

constexpr std::string_view kDefaultIp = "127.0.0.1";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw InvalidArgumentError("port '" + text::printable(text) + "': " + why +
                             "; write [[ip:]host:]container[/protocol], such as '8080:80' or '53/udp'");
}

std::uint16_t number(std::string_view digits, std::string_view text, const std::string& what) {
  std::uint16_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || stop != end) {
    refuse(text, "the " + what + " '" + text::printable(digits) + "' is not a number from 0 to 65535");
  }
  return value;
}

Protocol protocol_of(std::string_view name, std::string_view text) {
  for (const Protocol protocol : {Protocol::Tcp, Protocol::Udp, Protocol::Sctp}) {
    if (text::equals_ignoring_case(name, to_string(protocol))) {
      return protocol;
    }
  }
  refuse(text, "the protocol '" + text::printable(name) + "' is none of tcp, udp, sctp");
}

// Takes what follows the last colon off `rest`; empty when there is no colon.
std::optional<std::string_view> take_last(std::string_view& rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view last = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  return last;
}

std::string address_of(std::string_view ip, std::string_view text) {
  if (ip.size() > 2 && ip.front() == '[' && ip.back() == ']') {
    std::string inner{ip.substr(1, ip.size() - 2)};
    if (is_ipv6(inner)) {
      return inner;
    }
  } else if (is_ipv4(std::string{ip})) {
    return std::string{ip};
  }
  refuse(text,
         "the host address '" + text::printable(ip) + "' is neither an IPv4 nor a bracketed IPv6 address");
}

}  // namespace

Port::Port(std::uint16_t container_port, Protocol port_protocol, std::uint16_t host_port, std::string ip)
    : container(container_port), protocol(port_protocol), host(host_port), host_ip(std::move(ip)) {}

Port Port::parse(std::string_view text) {
  Port port{0};
  std::string_view rest = text;
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    port.protocol = protocol_of(rest.substr(slash + 1), text);
    rest = rest.substr(0, slash);
  }
  const std::optional<std::string_view> container = take_last(rest);
  port.container = number(container.value_or(rest), text, "container port");
  if (port.container == 0) {
    refuse(text, "the container port 0 does not exist");
  }
  if (!container) {
    return port;
  }
  const std::optional<std::string_view> host = take_last(rest);
  const std::string_view host_digits = host.value_or(rest);
  // Docker's 'ip::container' leaves the host port to the engine; ':container' says nothing at all.
  if (!host_digits.empty() || !host) {
    port.host = number(host_digits, text, "host port");
  }
  if (host) {
    port.host_ip = address_of(rest, text);
  }
  return port;
}

std::string Port::to_string() const {
  std::string out;
  if (host_ip != kDefaultIp) {
    const bool v6 = host_ip.find(':') != std::string::npos;
    out += v6 ? "[" + host_ip + "]:" : host_ip + ":";
  }
  if (host != 0) {
    out += std::to_string(host);
  }
  if (!out.empty()) {
    out += ':';
  }
  return out + std::to_string(container) + '/' + drydock::to_string(protocol);
}

}  // namespace drydock
