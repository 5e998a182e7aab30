#include "drydock/container/attach.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "container/bring_up.h"
#include "container/guard_access.h"
#include "container/service_state.h"

namespace drydock {
namespace {

ErrorContext context_of(const std::string& service, const SourceLocation& where) {
  return {.operation = "attach", .resource = service, .where = where};
}

struct Found {
  std::string path{};  // of the state file
  ServiceState state{};
};

Found find_state(const std::string& service, const SourceLocation& where) {
  const std::string variable = service_variable(service);
  const char* const named = std::getenv(variable.c_str());
  if (named == nullptr || *named == '\0') {
    throw InvalidArgumentError(fmt::format("the service '{0}' is not to be found: {1} is not set. In CMake, "
                                           "drydock_add_service(NAME {0} ...) and "
                                           "drydock_discover_tests(... SERVICES {0}) set it for ctest; by "
                                           "hand, drydock up {0} --image REF --state "
                                           "FILE, and {1}=FILE",
                                           service, variable),
                               context_of(service, where));
  }
  std::string path = current_state_path(named);
  std::optional<ServiceState> state = read_state_file(path);
  if (!state) {
    throw InvalidArgumentError(fmt::format("the service '{0}' is not up: its state file '{1}' (from {2}) is "
                                           "not there. Run the test by ctest, which "
                                           "brings it up, or drydock up {0} --image REF --state '{1}'",
                                           service, path, variable),
                               context_of(service, where));
  }
  if (state->name != service) {
    throw InvalidArgumentError(
        fmt::format("the state file '{}' (from {}) is of the service '{}', not of '{}'; correct the "
                    "variable",
                    path, variable, text::printable(state->name), service),
        context_of(service, where));
  }
  return {std::move(path), *std::move(state)};
}

ContainerSpec spec_of(const ServiceState& state) {
  ContainerSpec spec{.image = state.image, .env = state.env};
  for (const auto& [port, host_port] : state.ports) {
    Port published = Port::parse(port);
    published.host = host_port;
    spec.ports.push_back(std::move(published));
  }
  return spec;
}

}  // namespace

TestContainer attach(const std::string& service, SourceLocation where) {
  const auto [path, state] = find_state(service, where);
  try {
    TestContainer container =
        borrow(spec_of(state), Client{Endpoint::parse(state.endpoint)}, state.container, state.engine_name,
               where, {.lender = fmt::format("the service '{}'", service)});
    require_running(GuardAccess::guard(container));
    return container;
  } catch (const ConnectionError& error) {
    throw ConnectionError(
        fmt::format(
            "the service '{0}' is not to be reached: {1}. Its state file '{2}' names the engine; bring "
            "it up again, by ctest or drydock up {0}",
            service, error.what(), path),
        error.request_sent(), error.context());
  } catch (const EngineError& error) {
    if (error.code() != ErrorCode::NotFound) {
      throw;
    }
    throw EngineError(
        ErrorCode::NotFound,
        fmt::format(
            "the service '{0}' is gone: its container '{1}' ({2}) was removed since; bring it up again, by "
            "ctest or drydock up {0}",
            service, state.engine_name, short_id(state.container)),
        error.context());
  }
}

}  // namespace drydock
