#include "container/standing_network.h"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "container/create_body.h"
#include "container/host_mapping.h"
#include "container/host_route.h"
#include "container/poll_pace.h"
#include "container/process_watch.h"
#include "container/registry.h"
#include "container/socket_table.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kClearLimit{2};
constexpr std::chrono::milliseconds kLookLimit{200};  // where sockets can only be seen to go by themselves

// Whether the engine refuses what a standing network takes. Else the error is the spec's, or the image's: a
// container with a network of its own would meet it, too.
bool is_refusal(const EngineError& error) {
  return error.code() == ErrorCode::BadRequest || error.code() == ErrorCode::ServerError ||
         error.code() == ErrorCode::Unauthorized || error.code() == ErrorCode::UnexpectedStatus ||
         error.code() == ErrorCode::CommandNotStarted || error.code() == ErrorCode::Unsupported;
}

AnchorPtr raise_or_warn(const Client& client, const ContainerSpec& spec, const std::string& name) {
  try {
    return Anchor::raise(client, spec, name);
  } catch (const EngineError& error) {
    if (!is_refusal(error)) {
      throw;
    }
    warn_of_own_network(spec, error);
    return nullptr;
  }
}

// Docker answers for names from within the network: its sockets stand as long as the network.
bool is_engines(const OpenSocket& socket) {
  return socket.is_at_resolver && socket.is_held;
}

// What a process still holds is left alone: it may be another container's that has joined the network.
bool clear(const SocketTable& table) {
  const Deadline deadline =
      Deadline::in(table.can_end() ? std::chrono::milliseconds{kClearLimit} : kLookLimit);
  const PollPace pace;
  for (;;) {
    std::vector<OpenSocket> sockets = table.list();
    std::erase_if(sockets, is_engines);
    if (sockets.empty()) {
      return true;
    }
    if (deadline.expired()) {
      log::info(fmt::format("{} sockets are left in the network, one of them at port {}", sockets.size(),
                            sockets.front().port));
      return false;
    }
    for (const OpenSocket& socket : sockets) {
      if (!socket.is_held) {
        table.end(socket);
      }
    }
    sleep_within(pace.pause(), deadline);
  }
}

// Returns why the network cannot be used again; nothing when it can.
std::optional<std::string> fault_of(const Anchor& anchor) {
  const std::optional<ContainerDetails> details = anchor.client().containers().find(anchor.id());
  if (!details || !details->state.running) {
    return "it does not run any more";
  }
  const ProcessWatch watch{details->state.pid, anchor.id()};
  if (!watch.is_alive().has_value()) {
    return "its sockets cannot be seen from here";
  }
  const SocketTable table{details->state.pid};
  const bool is_clear = clear(table);
  if (!watch.is_alive().value_or(false)) {
    return "it has ended";  // and its pid may have become another's
  }
  return is_clear ? std::nullopt : std::optional<std::string>{"sockets of its last user are left in it"};
}

}  // namespace

Creation create_standing(const Client& client, const ContainerSpec& spec, AnchorPtr anchor) {
  require_valid(spec);
  const Registry::Creating creating{client};  // the registry does not know of an anchor
  const ContainerSpec whole =
      spec.host_access.enabled
          ? with_host_access(spec, host_address(client, spec, Deadline::in(spec.start_timeout)))
          : spec;
  NewObject fresh = new_object();
  if (!anchor) {
    anchor = raise_or_warn(client, whole, spec.name.empty() ? fresh.unique_name : spec.name);
  }
  if (!anchor) {
    return create_by_policy(client, spec, std::move(fresh));
  }
  try {
    Creation made = create_by_policy(client, joined_spec(whole, anchor->id()), std::move(fresh));
    made.anchor = std::move(anchor);
    return made;
  } catch (const EngineError& error) {
    if (!is_refusal(error)) {
      throw;
    }
    anchor.reset();  // its fixed host ports are wanted
    Creation made = create_by_policy(client, spec);
    warn_of_own_network(spec, error);
    return made;
  }
}

AnchorPtr vacated(AnchorPtr anchor) {
  if (!anchor) {
    return nullptr;
  }
  std::string fault;
  try {
    const std::optional<std::string> found = fault_of(*anchor);
    if (!found) {
      return anchor;
    }
    fault = *found;
  } catch (const std::exception& error) {
    fault = error.what();
  }
  log::info(
      fmt::format("the network of the anchor '{}' is not used again: {}; the next container gets a new one, "
                  "with another address",
                  anchor->name(), fault));
  return nullptr;
}

bool is_refused_start(const EngineError& error) {
  return error.operation() == "container start" &&
         (error.code() == ErrorCode::ServerError || error.code() == ErrorCode::Conflict ||
          error.code() == ErrorCode::UnexpectedStatus);
}

void warn_of_own_network(const ContainerSpec& spec, const EngineError& error) {
  log::warn(
      fmt::format("the container of image '{}' gets no standing network, for the engine refuses it: {}; its "
                  "address and ports may change at a reset",
                  spec.image, error.what()));
}

void refuse_standing_network(const ContainerSpec& spec, const char* what) {
  if (spec.standing_network) {
    throw InvalidArgumentError(
        fmt::format("{} has no standing network: what keeps it is the guard of one container; leave "
                    "standing_network out, or start the container by a TestContainer",
                    what),
        {.operation = "container create", .resource = spec.image});
  }
}

}  // namespace drydock
