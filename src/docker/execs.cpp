#include "drydock/docker/execs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "docker/engine_link.h"

namespace drydock {
namespace {

/// One string of argv or env is at most this long (Linux: MAX_ARG_STRLEN, with its end); the engine finds out
/// only when it runs the command.
constexpr std::size_t kLongestString = (std::size_t{128} << 10) - 1;

std::vector<std::string> find_faults(const ExecConfig& config) {
  std::vector<std::string> faults;
  if (config.argv.empty()) {
    faults.emplace_back("the command is empty");
  }
  for (std::size_t i = 0; i < config.argv.size(); ++i) {
    if (config.argv[i].find('\0') != std::string::npos) {
      faults.push_back(fmt::format("argument {} holds a NUL byte", i));
    }
    if (config.argv[i].size() > kLongestString) {
      faults.push_back(
          fmt::format("argument {} has {} bytes, more than the {} that Linux takes; use a file or "
                      "stdin",
                      i, config.argv[i].size(), kLongestString));
    }
  }
  for (const auto& [name, value] : config.env) {
    if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos ||
        value.find('\0') != std::string::npos) {
      faults.push_back(fmt::format("environment variable '{}' has an empty name, an '=' in it, or a NUL byte",
                                   text::printable(name)));
    }
    if (name.size() + 1 + value.size() > kLongestString) {
      faults.push_back(
          fmt::format("environment variable '{}' has {} bytes, more than the {} that Linux takes",
                      text::printable(name), name.size() + 1 + value.size(), kLongestString));
    }
  }
  if (!config.working_dir.empty() && !config.working_dir.starts_with('/')) {
    faults.push_back(
        fmt::format("working directory '{}' is not absolute", text::printable(config.working_dir)));
  }
  return faults;
}

std::string create_body(const ExecConfig& config) {
  Json body;
  body.set("AttachStdin") = config.attach_stdin;
  body.set("AttachStdout") = config.attach_stdout;
  body.set("AttachStderr") = config.attach_stderr;
  body.set("Cmd") = Json::strings(config.argv);
  body.set("Tty") = config.tty;
  if (config.privileged) {
    body.set("Privileged") = true;
  }
  if (!config.env.empty()) {
    Json::Array env;
    for (const auto& [name, value] : config.env) {
      env.emplace_back(fmt::format("{}={}", name, value));
    }
    body.set("Env") = std::move(env);
  }
  if (!config.user.empty()) {
    body.set("User") = config.user;
  }
  if (!config.working_dir.empty()) {
    body.set("WorkingDir") = config.working_dir;
  }
  return body.dump();
}

Call exec_call(Method method, const char* operation, const ExecId& exec, const char* verb) {
  return Call(method, operation, exec).path("exec").path(exec).path(verb);
}

Call start_call(const ExecId& exec, bool tty, bool detach) {
  Json body;
  body.set("Detach") = detach;
  body.set("Tty") = tty;
  return exec_call(Method::Post, "exec start", exec, "start").body(body.dump());
}

}  // namespace

ExecId Execs::create(const std::string& container, const ExecConfig& config, Deadline deadline) const {
  Call call = Call(Method::Post, "exec create", container).path("containers").path(container).path("exec");
  if (const std::vector<std::string> faults = find_faults(config); !faults.empty()) {
    throw InvalidArgumentError(fmt::format("exec create '{}': {}", call.resource, text::join(faults, "; ")),
                               {.operation = call.operation, .resource = call.resource});
  }
  const Json json = link_->call_object(call.body(create_body(config)), deadline);
  ExecId id = json["Id"].string();
  if (id.empty()) {
    throw ProtocolError(fmt::format("exec create '{}': the engine's answer holds no id", call.resource),
                        {.operation = call.operation, .resource = call.resource});
  }
  return id;
}

std::unique_ptr<Duplex> Execs::start(const ExecId& exec, bool tty, Deadline deadline) const {
  return link_->upgrade(start_call(exec, tty, false), deadline);
}

void Execs::start_detached(const ExecId& exec, bool tty, Deadline deadline) const {
  link_->call(start_call(exec, tty, true), deadline);
}

ExecDetails Execs::inspect(const ExecId& exec, Deadline deadline) const {
  const Json json = link_->call_object(exec_call(Method::Get, "exec inspect", exec, "json"), deadline);
  ExecDetails details{.id = json["ID"].string(),
                      .container_id = json["ContainerID"].string(),
                      .running = json["Running"].boolean(),
                      .pid = json["Pid"].integer()};
  // While it runs Docker says null and Podman 0.
  if (!details.running && !json["ExitCode"].is_null()) {
    details.exit_code = json["ExitCode"].integer();
  }
  return details;
}

void Execs::resize(const ExecId& exec, int rows, int columns, Deadline deadline) const {
  Call call = exec_call(Method::Post, "exec resize", exec, "resize");
  link_->call(call.query("h", std::to_string(rows)).query("w", std::to_string(columns)), deadline);
}

}  // namespace drydock
