#include "docker/engine_link.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "base/text.h"
#include "docker/api_version.h"
#include "docker/engine_error.h"

namespace drydock {
namespace {

bool is_success(int status) {
  constexpr int kNotModified = 304;
  return (status >= 200 && status < 300) || status == kNotModified;
}

std::string answer_to(const Call& call) {
  return fmt::format("the answer to {} '{}'", call.operation, call.resource);
}

}  // namespace

EngineLink::EngineLink(std::shared_ptr<Exchange> exchange, Endpoint endpoint, ClientOptions options,
                       std::shared_ptr<EngineFacts> facts)
    : exchange_(std::move(exchange)),
      endpoint_(std::move(endpoint)),
      options_(options),
      facts_(std::move(facts)) {}

Deadline EngineLink::bounded(const Call& call, Deadline deadline) const {
  return call.limited ? deadline.or_in(options_.request_timeout) : deadline;
}

Request EngineLink::prepare(const Call& call, Deadline deadline) {
  Request request;
  request.method = call.method;
  request.target = call.versioned ? "/v" + api_version(deadline) + call.target : call.target;
  request.body = call.payload;
  request.content_type = call.content_type;
  request.response_limit = call.response_limit;
  request.operation = call.operation;
  request.resource = call.resource;
  request.safe_to_repeat = call.safe_to_repeat;
  return request;
}

EngineError EngineLink::refused(const Call& call, const Response& response) {
  constexpr int kBadRequest = 400;
  if (response.status == kBadRequest && response.body.find("client version") != std::string::npos) {
    facts_->minor_version.store(0, std::memory_order_relaxed);
    facts_->kind.store(KnownKind{}, std::memory_order_relaxed);
  }
  return make_engine_error(call, response);
}

Response EngineLink::call(const Call& call, Deadline deadline, std::initializer_list<int> accepted) {
  const Deadline limit = bounded(call, deadline);
  Response response = exchange_->send(prepare(call, limit), limit);
  const bool is_accepted = std::find(accepted.begin(), accepted.end(), response.status) != accepted.end();
  if (!is_success(response.status) && !is_accepted) {
    throw refused(call, response);
  }
  return response;
}

Json EngineLink::call_object(const Call& call, Deadline deadline) {
  const Response response = this->call(call, deadline);
  return parse_object(response.body, answer_to(call), call.response_limit);
}

Json EngineLink::call_list(const Call& call, Deadline deadline) {
  const Response response = this->call(call, deadline);
  Json json = parse_json(response.body, answer_to(call), call.response_limit);
  if (!json.is_array() && !json.is_null()) {
    throw ProtocolError(fmt::format("{} is no JSON list, as it must be, but '{}'", answer_to(call),
                                    text::printable(text::trim(response.body))),
                        {.operation = call.operation, .resource = call.resource});
  }
  return json;
}

Response EngineLink::stream(const Call& call, const BodySink& sink, Deadline deadline) {
  const Deadline limit = bounded(call, deadline);
  // An exception must not cross the exchange, which may have a C library or another thread below it.
  std::exception_ptr thrown;
  const BodySink guarded = [&](std::string_view piece) {
    try {
      return sink(piece);
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  };
  Response response = exchange_->stream(prepare(call, limit), guarded, limit);
  if (thrown) {
    std::rethrow_exception(thrown);
  }
  if (!is_success(response.status)) {
    throw refused(call, response);
  }
  return response;
}

std::unique_ptr<Duplex> EngineLink::upgrade(const Call& call, Deadline deadline) {
  const Deadline limit = bounded(call, deadline);
  Upgraded upgraded = exchange_->upgrade(prepare(call, limit), limit);
  if (upgraded.response.status >= 400) {
    throw refused(call, upgraded.response);
  }
  if (!upgraded.stream) {
    throw ProtocolError(
        fmt::format("{} '{}': the engine answered {} instead of switching protocols (101); a "
                    "proxy in between may not pass upgrades on",
                    call.operation, call.resource, upgraded.response.status),
        {.operation = call.operation, .resource = call.resource, .http_status = upgraded.response.status});
  }
  return std::move(upgraded.stream);
}

std::string EngineLink::api_version(Deadline deadline) {
  int minor = facts_->minor_version.load(std::memory_order_relaxed);
  if (minor == 0) {
    minor = negotiate_minor_version(ping(deadline));
    facts_->minor_version.store(minor, std::memory_order_relaxed);
  }
  return fmt::format("1.{}", minor);
}

std::string EngineLink::ping(Deadline deadline) {
  const Call ping = Call(Method::Get, "ping").path("_ping").unversioned();
  return std::string{call(ping, deadline.or_in(options_.request_timeout)).header("Api-Version")};
}

std::optional<EngineKind> EngineLink::known_kind() const noexcept {
  const KnownKind known = facts_->kind.load(std::memory_order_relaxed);
  return known.is_known ? std::optional{known.kind} : std::nullopt;
}

void EngineLink::remember(const EngineKind& kind) noexcept {
  facts_->kind.store({.kind = kind, .is_known = true}, std::memory_order_relaxed);
}

}  // namespace drydock
