#include "docker/engine_error.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "docker/json.h"

namespace drydock {
namespace {

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return text::contains_ignoring_case(text, part); });
}

bool is_version_refusal(std::string_view text) {
  return has_any(text, {"client version"}) && has_any(text, {"is too old", "is too new"});
}

/// Docker 20.10's userland proxy, Docker 28 and Podman each word it differently; a taken *IP address* is
/// "Address already in use" and nothing more.
bool is_port_in_use(std::string_view text) {
  return has_any(text, {"port is already allocated"}) ||
         (has_any(text, {"address already in use"}) && has_any(text, {"bind", "listen", "host port"}));
}

/// A failed mount ends in "no such file or directory", too: so the texts count only beside `exec: "..."`.
bool is_command_not_started(std::string_view text) {
  return has_any(text, {"executable file not found", "executable file `", "chdir to cwd",
                        "no matching entries in passwd file", "exec format error"}) ||
         (has_any(text, {"exec: \""}) &&
          has_any(text, {"no such file or directory", "permission denied", "is a directory"}));
}

bool is_network_trouble(std::string_view text) {
  return has_any(text, {"no such host", "server misbehaving", "temporary failure in name resolution",
                        "connection refused", "connection reset", "i/o timeout", "tls handshake timeout",
                        "network is unreachable", "no route to host", "client.timeout exceeded",
                        "context deadline exceeded", "unexpected eof"});
}

/// Docker 20.10 says the JSON's faults as a 500, Podman an unknown signal.
bool is_disguised_bad_request(std::string_view text) {
  return has_any(text, {"invalid character", "json: cannot unmarshal", "unexpected end of json input",
                        "invalid signal"});
}

bool is_rate_limit(int status, std::string_view text) {
  return status == 429 || has_any(text, {"toomanyrequests", "too many requests", "rate limit"});
}

Refusal classify_conflict(std::string_view text) {
  if (has_any(text, {"is already in progress"})) {
    return {ErrorCode::Conflict, true, "try again when it has ended"};
  }
  if (has_any(text, {"is already in use by", "already exists"})) {
    return {ErrorCode::Conflict, false, "choose another name, or remove what has it"};
  }
  if (has_any(text, {"is not running"})) {
    return {ErrorCode::Conflict, false, "start the container first, or read its log for why it ended"};
  }
  if (has_any(text, {"is paused"})) {
    return {ErrorCode::Conflict, false, "unpause the container first"};
  }
  return {ErrorCode::Conflict, false, {}};
}

Refusal classify_by_status(int status, std::string_view text) {
  switch (status) {
    case 400:
      return {ErrorCode::BadRequest, false, {}};
    case 401:
    case 403:
      return {ErrorCode::Unauthorized, false, "check the credentials and the rights on the engine"};
    case 404:
      return {ErrorCode::NotFound, false,
              has_any(text, {"no such image"}) ? "pull or build the image first" : ""};
    case 409:
      return classify_conflict(text);
    case 502:
    case 503:
    case 504:
      return {ErrorCode::ServerError, true, "the engine or a proxy before it is not ready: try again"};
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return {ErrorCode::UnexpectedStatus, false, "redirects are not followed: name the engine itself"};
  }
  if (status >= 500 && is_disguised_bad_request(text)) {
    return {ErrorCode::BadRequest, false, "check what was asked for"};
  }
  if (status >= 500) {
    const bool passes = is_network_trouble(text) || has_any(text, {"device or resource busy"});
    return {ErrorCode::ServerError, passes, passes ? "try again" : "see the engine's own log"};
  }
  return {};
}

/// Networks refuse with 403 what is a conflict; Podman says 500 for a name in use and for a container that is
/// not in the state that the call needs.
bool is_disguised_conflict(int status, std::string_view text) {
  if (status == 403) {
    return has_any(text,
                   {"pool overlaps", "has active endpoints", "already exists", "address already in use"});
  }
  return status >= 500 && has_any(text, {"is already in use", "already used", "is not connected to network",
                                         "container state improper", "has associated containers"});
}

EngineError make_error(const Call& call, const Refusal& refusal, int status, const std::string& text) {
  std::string message = call.operation;
  if (!call.resource.empty()) {
    message += fmt::format(" '{}'", call.resource);
  }
  message += fmt::format(": the engine refused it ({} {}): {}", status, to_string(refusal.code), text);
  if (!refusal.advice.empty()) {
    message += fmt::format("; {}", refusal.advice);
  }
  return {refusal.code, message,
          ErrorContext{.operation = call.operation,
                       .resource = call.resource,
                       .http_status = status,
                       .retryable = refusal.retryable}};
}

bool is_pull(const Call& call) {
  return call.operation == "image pull";
}

}  // namespace

Refusal classify_refusal(int status, std::string_view text) {
  if (is_version_refusal(text)) {
    return {ErrorCode::Unsupported, false,
            "Drydock speaks API versions 1.41 to 1.51: use an engine that does"};
  }
  if (is_port_in_use(text)) {
    return {ErrorCode::PortInUse, true, "publish on host port 0 to have a free one chosen"};
  }
  if (is_command_not_started(text)) {
    return {ErrorCode::CommandNotStarted, false,
            "check the command, the user and the working directory against the image"};
  }
  if (is_rate_limit(status, text)) {
    return {ErrorCode::RateLimited, true, "wait, or log in to the registry"};
  }
  if (is_disguised_conflict(status, text)) {
    return {ErrorCode::Conflict, false, "remove or detach what is in the way first"};
  }
  if (has_any(text, {"pre-defined network", "predefined"})) {
    return {ErrorCode::BadRequest, false, "use a network of your own"};
  }
  return classify_by_status(status, text);
}

Refusal classify_pull_refusal(int status, std::string_view text) {
  if (is_version_refusal(text) || has_any(text, {"invalid reference format"})) {
    return classify_refusal(status, text);
  }
  if (is_rate_limit(status, text)) {
    return {ErrorCode::RateLimited, true, "wait, log in to the registry, or use a mirror"};
  }
  if (has_any(text, {"manifest unknown", "manifest for", "no matching manifest", "name unknown"})) {
    return {ErrorCode::NotFound, false, "check the image's name, tag and platform"};
  }
  if (has_any(text, {"unauthorized", "denied", "authentication required", "no basic auth credentials"})) {
    return {ErrorCode::Unauthorized, false, "check the image's name, and log in to its registry"};
  }
  if (is_network_trouble(text)) {
    return {ErrorCode::PullFailed, true, "check that the engine reaches the registry"};
  }
  if (status == 404) {
    return {ErrorCode::NotFound, false, "check the image's name and tag"};
  }
  return {ErrorCode::PullFailed, status == 502 || status == 503 || status == 504, {}};
}

std::string refusal_text(std::string_view body) {
  constexpr std::size_t kQuoted = 1000;
  if (text::trim(body).empty()) {
    return "it gave no reason";
  }
  try {
    const std::string message = parse_json(body, "the refusal")["message"].string();
    if (!message.empty()) {
      return text::printable(text::trim(message), kQuoted);
    }
  } catch (const ProtocolError&) {
    // A proxy's page, or a body that was cut: quoted below.
  }
  return fmt::format("it answered '{}'", text::printable(text::trim(body)));
}

EngineError make_engine_error(const Call& call, const Response& response) {
  const std::string text = refusal_text(response.body);
  const Refusal refusal =
      is_pull(call) ? classify_pull_refusal(response.status, text) : classify_refusal(response.status, text);
  return make_error(call, refusal, response.status, text);
}

EngineError make_pull_error(const Call& call, std::string_view text) {
  constexpr int kStreamStatus = 200;
  return make_error(call, classify_pull_refusal(kStreamStatus, text), kStreamStatus,
                    text::printable(text, 1000));
}

}  // namespace drydock
