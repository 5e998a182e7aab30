#include "drydock/container/host_port.h"

#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "container/host_mapping.h"
#include "container/host_route.h"
#include "container/ip_address.h"
#include "container/port_forwarder.h"

namespace drydock {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

void check(std::uint16_t port, const HostPortOptions& options) {
  std::vector<std::string> faults;
  if (port == 0) {
    faults.emplace_back("port '0' does not exist; name the one on which the service listens");
  }
  if (!is_ip_address(options.service_address)) {
    faults.push_back(fmt::format("service_address '{}' is no IP address; write one such as '127.0.0.1'",
                                 text::printable(options.service_address)));
  }
  if (options.max_connections == 0) {
    faults.emplace_back("max_connections '0' lets nobody through; allow one at least");
  }
  if (!faults.empty()) {
    throw InvalidArgumentError("the host port cannot be exposed: " + text::join(faults, "; "),
                               {.operation = "expose host port", .resource = std::to_string(port)});
  }
}

// A forwarder that a forked child inherited has no thread here to join: it is kept, reachable and untouched,
// until the child ends.
void keep_untouched(std::unique_ptr<PortForwarder> inherited) {
  static auto* const kept = new std::vector<std::unique_ptr<PortForwarder>>;
  kept->push_back(std::move(inherited));
}

}  // namespace

HostPort::HostPort(std::uint16_t port, const HostPortOptions& options, const Client& client)
    : port_(port), process_(::getpid()) {
  check(port, options);
  const ForwardRoute route =
      forward_route(client, options.network, Deadline::in(client.options().request_timeout));
  if (route.listen.empty() && options.service_address == kLoopback) {
    return;
  }
  forwarder_ = std::make_unique<PortForwarder>(
      ForwarderOptions{.listen = route.listen.empty() ? kLoopback : route.listen,
                       .may_come_later = route.may_come_later,
                       .only_from_here = route.only_from_here,
                       .target = resolve_tcp(options.service_address, port).at(0),
                       .target_name = fmt::format("{}:{}", options.service_address, port),
                       .max_connections = options.max_connections,
                       .connect_timeout = options.connect_timeout});
  port_ = forwarder_->port();
}

HostPort::HostPort(HostPort&& other) noexcept
    : port_(std::exchange(other.port_, std::uint16_t{0})),
      process_(other.process_),
      forwarder_(std::move(other.forwarder_)) {}

HostPort& HostPort::operator=(HostPort&& other) noexcept {
  if (this != &other) {
    stop();
    port_ = std::exchange(other.port_, std::uint16_t{0});
    process_ = other.process_;
    forwarder_ = std::move(other.forwarder_);
  }
  return *this;
}

HostPort::~HostPort() {
  stop();
}

void HostPort::stop() noexcept {
  if (forwarder_ && process_ != ::getpid()) {
    keep_untouched(std::move(forwarder_));
  }
  forwarder_.reset();
}

std::string HostPort::address() const {
  return fmt::format("{}:{}", kHostName, port_);
}

HostPort expose_host_port(std::uint16_t port, const HostPortOptions& options, const Client& client) {
  return HostPort{port, options, client};
}

}  // namespace drydock
