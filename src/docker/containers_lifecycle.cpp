// Containers: from create to remove.
#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "drydock/docker/containers.h"

#include "base/text.h"
#include "docker/engine_error.h"
#include "docker/engine_link.h"

namespace drydock {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Refuses what the engine would refuse: a name is `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.
void check_name(const std::string& name, const char* operation) {
  const auto is_allowed = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  if (name.size() < 2 || !is_alphanumeric(name.front()) ||
      !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw InvalidArgumentError(
        fmt::format("{}: '{}' is no container name; use two or more of letters, digits, '_', '.' and '-', "
                    "beginning with a letter or digit",
                    operation, text::printable(name)),
        {.operation = operation, .resource = text::printable(name)});
  }
}

/// The engine waits for ever when it is given a negative grace.
void check_grace(std::chrono::seconds grace, const char* operation, const std::string& container) {
  if (grace < std::chrono::seconds::zero()) {
    throw InvalidArgumentError(fmt::format("{} '{}': a grace of {} s is negative; give 0 to kill at once",
                                           operation, container, grace.count()),
                               {.operation = operation, .resource = container});
  }
}

/// Signals are names with or without SIG, or numbers: "SIGTERM", "HUP", "9", "SIGRTMIN+3".
void check_signal(const std::string& signal, const std::string& container) {
  const auto is_allowed = [](char c) { return is_alphanumeric(c) || c == '+' || c == '-'; };
  if (signal.empty() || !is_alphanumeric(signal.front()) ||
      !std::all_of(signal.begin(), signal.end(), is_allowed)) {
    throw InvalidArgumentError(fmt::format("container kill '{}': '{}' is no signal; give a name or a number, "
                                           "such as SIGTERM or 15",
                                           container, text::printable(signal)),
                               {.operation = "container kill", .resource = container});
  }
}

Call container_call(Method method, const char* operation, const std::string& container, const char* verb) {
  return Call(method, operation, container).path("containers").path(container).path(verb);
}

const char* to_condition(WaitUntil until) {
  switch (until) {
    case WaitUntil::NotRunning:
      return "not-running";
    case WaitUntil::NextExit:
      return "next-exit";
    case WaitUntil::Removed:
      return "removed";
  }
  return "not-running";
}

/// Docker refuses while another removal is under way. Podman refuses a forced removal of a container that
/// ends at the same moment; it takes the next one.
bool is_passing_refusal(const Response& response, bool force) {
  return (response.status == 409 && text::contains_ignoring_case(response.body, "already in progress")) ||
         (force && response.status == 500 &&
          text::contains_ignoring_case(response.body, "container state improper"));
}

}  // namespace

CreatedContainer Containers::create(const CreateContainerRequest& request, Deadline deadline) const {
  Call call = Call(Method::Post, "container create", request.name).path("containers").path("create");
  if (!request.name.empty()) {
    check_name(request.name, "container create");
    call.query("name", request.name);
  }
  if (!request.platform.empty()) {
    call.query("platform", request.platform);
  }
  const Json json = link_->call_object(call.body(request.body), deadline);
  CreatedContainer created{.id = json["Id"].string(), .warnings = json["Warnings"].string_list()};
  if (created.id.empty()) {
    throw ProtocolError(fmt::format("container create '{}': the engine's answer holds no id", request.name),
                        {.operation = call.operation, .resource = call.resource});
  }
  return created;
}

void Containers::start(const std::string& container, Deadline deadline) const {
  // A start of what runs is a 304.
  link_->call(container_call(Method::Post, "container start", container, "start").repeatable(), deadline);
}

bool Containers::stop(const std::string& container, std::chrono::seconds grace, Deadline deadline) const {
  check_grace(grace, "container stop", container);
  Call call = container_call(Method::Post, "container stop", container, "stop");
  call.query("t", std::to_string(grace.count())).repeatable();
  const Response response = link_->call(call, deadline.or_in(link_->options().request_timeout + grace));
  return response.status != 304;
}

void Containers::kill(const std::string& container, const std::string& signal, Deadline deadline) const {
  check_signal(signal, container);
  Call call = container_call(Method::Post, "container kill", container, "kill");
  link_->call(call.query("signal", signal), deadline);
}

void Containers::restart(const std::string& container, std::chrono::seconds grace, Deadline deadline) const {
  check_grace(grace, "container restart", container);
  Call call = container_call(Method::Post, "container restart", container, "restart");
  call.query("t", std::to_string(grace.count()));
  link_->call(call, deadline.or_in(link_->options().request_timeout + grace));
}

void Containers::pause(const std::string& container, Deadline deadline) const {
  link_->call(container_call(Method::Post, "container pause", container, "pause"), deadline);
}

void Containers::unpause(const std::string& container, Deadline deadline) const {
  link_->call(container_call(Method::Post, "container unpause", container, "unpause"), deadline);
}

void Containers::rename(const std::string& container, const std::string& name, Deadline deadline) const {
  check_name(name, "container rename");
  Call call = container_call(Method::Post, "container rename", container, "rename");
  link_->call(call.query("name", name), deadline);
}

WaitResult Containers::wait(const std::string& container, WaitUntil until, Deadline deadline) const {
  Call call = container_call(Method::Post, "container wait", container, "wait");
  call.query("condition", to_condition(until)).unlimited();
  const Json json = link_->call_object(call, deadline);
  if (json["StatusCode"].is_null()) {
    throw ProtocolError(
        fmt::format("container wait '{}': the engine's answer holds no exit code", call.resource),
        {.operation = call.operation, .resource = call.resource});
  }
  return {.exit_code = json["StatusCode"].integer(), .error = json["Error"]["Message"].string()};
}

bool Containers::remove(const std::string& container, const RemoveContainerOptions& options,
                        Deadline deadline) const {
  Call call = Call(Method::Delete, "container remove", container).path("containers").path(container);
  call.query("force", options.force ? "1" : "0").query("v", options.volumes ? "1" : "0");
  const Deadline limit = deadline.or_in(link_->options().request_timeout);
  // Asked again rather than inspected: should the other remover fail, this one takes over.
  for (std::chrono::milliseconds pause{2};; pause = std::min(pause * 2, std::chrono::milliseconds{100})) {
    const Response response = link_->call(call, limit, {404, 409, 500});
    if (response.status == 404) {
      return false;
    }
    if (response.status < 300) {
      return true;
    }
    if (!is_passing_refusal(response, options.force)) {
      throw make_engine_error(call, response);
    }
    if (limit.expired()) {
      throw TimeoutError(
          fmt::format(
              "container remove '{}': another removal of it is still in progress at the deadline; see "
              "the engine's log when it does not end",
              call.resource),
          {.operation = call.operation, .resource = call.resource, .retryable = true});
    }
    std::this_thread::sleep_for(std::min<Deadline::Clock::duration>(pause, limit.remaining()));
  }
}

void Containers::put_archive(const std::string& container, const std::string& path, std::string tar,
                             Deadline deadline) const {
  Call call = container_call(Method::Put, "container put archive", container, "archive");
  call.query("path", path);
  // With another content type the engine answers 200 and writes nothing.
  link_->call(call.body(std::move(tar), "application/x-tar"), deadline);
}

}  // namespace drydock
