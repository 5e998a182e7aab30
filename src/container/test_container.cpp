#include "drydock/container/test_container.h"

#include <fmt/format.h>

#include "base/text.h"
#include "container/bring_up.h"
#include "container/container_guard.h"

namespace drydock {
namespace {

std::string list_of(const std::vector<PublishedPort>& ports) {
  std::vector<std::string> parts;
  parts.reserve(ports.size());
  for (const PublishedPort& port : ports) {
    parts.push_back(fmt::format("{}/{}", port.container_port, to_string(port.protocol)));
  }
  return parts.empty() ? "none" : text::join(parts, ", ");
}

const PublishedPort* find_port(const std::vector<PublishedPort>& ports, const Port& wanted) {
  const PublishedPort* found = nullptr;
  for (const PublishedPort& port : ports) {
    if (port.container_port != wanted.container || port.protocol != wanted.protocol || port.host_port == 0) {
      continue;
    }
    // One that is open to all is bound for IPv4 and IPv6, on ports that may differ: IPv4 is what host() says.
    if (found == nullptr || port.host_ip.find(':') == std::string::npos) {
      found = &port;
    }
  }
  return found;
}

}  // namespace

TestContainer::TestContainer(ContainerSpec spec, Client client, SourceLocation where) {
  bring_up_in(*this, create_counted(std::move(spec), std::move(client), where));
}

TestContainer::TestContainer(std::shared_ptr<ContainerGuard> guard) noexcept : guard_(std::move(guard)) {}

TestContainer& TestContainer::operator=(TestContainer&& other) noexcept {
  if (this != &other) {
    if (guard_) {
      guard_->end();
    }
    guard_ = std::move(other.guard_);
  }
  return *this;
}

TestContainer::~TestContainer() {
  if (guard_) {
    guard_->end();
  }
}

ContainerGuard& TestContainer::guard() const {
  if (!guard_) {
    throw InvalidArgumentError(
        "this TestContainer holds no container any more: it was moved from, or released");
  }
  return *guard_;
}

const ContainerId& TestContainer::id() const {
  return guard().id();
}

const std::string& TestContainer::name() const {
  return guard().name();
}

const ContainerSpec& TestContainer::spec() const {
  return guard().spec();
}

const Client& TestContainer::client() const {
  return guard().client();
}

std::string TestContainer::host() const {
  return guard().client().published_host();
}

std::uint16_t TestContainer::host_port(const Port& port) const {
  const std::shared_ptr<const ContainerDetails> details = guard().details();
  if (const PublishedPort* const found = find_port(details->ports, port)) {
    return found->host_port;
  }
  throw InvalidArgumentError(
      fmt::format("the container '{}' does not publish port {}/{}; published: {}. Name it in .ports", name(),
                  port.container, to_string(port.protocol), list_of(details->ports)),
      {.operation = "host port", .resource = guard().label(), .where = guard().where()});
}

std::string TestContainer::address(const Port& port) const {
  const std::string name_or_ip = host();
  const bool is_ipv6 = name_or_ip.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", name_or_ip, is_ipv6 ? "]" : "", host_port(port));
}

ExecResult TestContainer::exec(const std::vector<std::string>& argv, const ExecOptions& options) const {
  return options.mode == ExecMode::Fast ? guard().run_fast(argv, options)
                                        : run_exec(client(), id(), argv, options);
}

ExecResult TestContainer::sh(const std::string& script, const ExecOptions& options) const {
  return exec({"sh", "-c", script}, options);
}

std::string TestContainer::exec_detached(const std::vector<std::string>& argv,
                                         const ExecOptions& options) const {
  return run_detached(client(), id(), argv, options);
}

ContainerDetails TestContainer::inspect() const {
  return guard().inspect();
}

Logs TestContainer::logs(LogOptions options) const {
  options.tty = guard().details()->tty;
  return client().containers().logs(id(), options);
}

bool TestContainer::follow_logs(const LogSink& sink, LogOptions options, Deadline deadline) const {
  options.tty = guard().details()->tty;
  return client().containers().follow_logs(id(), sink, options, deadline);
}

void TestContainer::wait_for(const wait::Condition& condition, std::chrono::milliseconds timeout) const {
  await_conditions(guard(), *this, {condition}, Deadline::in(timeout));
}

int TestContainer::wait_exit(std::chrono::milliseconds timeout) const {
  return static_cast<int>(
      client().containers().wait(id(), WaitUntil::NotRunning, Deadline::in(timeout)).exit_code);
}

bool TestContainer::stop(std::chrono::seconds grace) {
  guard().require_sole_use("stop");
  guard().end_shells();
  return client().containers().stop(id(), grace);
}

void TestContainer::start() {
  guard().require_sole_use("start");
  bring_up_again(guard(), *this);
}

void TestContainer::restart(std::chrono::seconds grace) {
  stop(grace);
  start();
}

void TestContainer::pause() {
  guard().require_sole_use("pause");
  guard().end_shells();
  client().containers().pause(id());
}

void TestContainer::unpause() {
  guard().require_sole_use("unpause");
  client().containers().unpause(id());
}

void TestContainer::kill(const std::string& signal) {
  guard().require_sole_use("kill");
  guard().end_shells();
  client().containers().kill(id(), signal);
}

bool TestContainer::remove() {
  return guard().remove();
}

ContainerId TestContainer::release() && {
  ContainerId id = guard().id();
  guard_->release();
  guard_.reset();
  return id;
}

}  // namespace drydock
