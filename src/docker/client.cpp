#include "drydock/docker/client.h"

#include <cstdlib>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/transport/discovery.h"

#include "docker/engine_link.h"
#include "transport/httplib_exchange.h"
#include "transport/observed_exchange.h"
#include "transport/resilient_exchange.h"

namespace drydock {
namespace {

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// The clients by their DOCKER_HOST value. Never destroyed: guards with static storage use them at exit.
struct SharedClients {
  std::mutex mutex{};
  std::map<std::string, Client> by_host{};

  static SharedClients& instance() {
    static auto* const clients = new SharedClients;
    return *clients;
  }
};

/// One observation a call, however many attempts it takes; the attempts are told of where they are made.
std::shared_ptr<Exchange> connect(const Endpoint& endpoint, const ClientOptions& options) {
  return std::make_shared<ObservedExchange>(std::make_shared<ResilientExchange>(
      std::make_shared<HttplibExchange>(endpoint), endpoint.to_string(),
      ResilientExchange::Options{.retry = options.retry, .breaker = options.breaker}));
}

Client discover_client() {
  const Discovery discovery = discover_engine();
  if (!discovery.endpoint) {
    throw EngineUnavailableError(
        fmt::format("no container engine answers; start one, or set DOCKER_HOST to where it does:\n{}",
                    discovery.table()),
        {.operation = "engine discovery"});
  }
  return Client{*discovery.endpoint};
}

}  // namespace

Client Client::from_environment() {
  const std::string host = environment_variable("DOCKER_HOST");
  SharedClients& clients = SharedClients::instance();
  {
    const std::lock_guard lock{clients.mutex};
    if (const auto found = clients.by_host.find(host); found != clients.by_host.end()) {
      return found->second;
    }
  }
  // Without the lock, for it may take seconds; a fork in the meantime must not copy a lock that is held.
  Client client = discover_client();
  const std::lock_guard lock{clients.mutex};
  return clients.by_host.emplace(host, std::move(client)).first->second;
}

Client::Client(const Endpoint& endpoint, ClientOptions options)
    : link_(std::make_shared<EngineLink>(connect(endpoint, options), endpoint, options,
                                         shared_facts(endpoint))),
      is_watchable_(true) {}

Client::Client(std::shared_ptr<Exchange> exchange, Endpoint endpoint, ClientOptions options)
    : link_(std::make_shared<EngineLink>(std::move(exchange), std::move(endpoint), options)) {}

const Endpoint& Client::endpoint() const noexcept {
  return link_->endpoint();
}

const ClientOptions& Client::options() const noexcept {
  return link_->options();
}

std::string Client::api_version() const {
  return link_->api_version({});
}

std::string Client::published_host() const {
  if (std::string host = environment_variable("DRYDOCK_HOST_OVERRIDE"); !host.empty()) {
    return host;
  }
  const Endpoint& at = endpoint();
  // Ports are published on 127.0.0.1; "localhost" may mean ::1 first.
  const bool is_here = at.kind == Endpoint::Kind::Unix || at.host == "localhost" || at.host == "::1";
  return is_here ? "127.0.0.1" : at.host;
}

}  // namespace drydock
