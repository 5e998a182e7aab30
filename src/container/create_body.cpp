// The body of POST /containers/create, after Engine API v1.41 (docs/api/v1.41.yaml, ContainerCreate); later
// versions up to 1.51 read the same fields alike.
#include "container/create_body.h"

#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "drydock/base/error.h"

#include "base/text.h"
#include "container/host_mapping.h"
#include "docker/json.h"

namespace drydock {
namespace {

std::int64_t nanoseconds(std::chrono::milliseconds span) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(span).count();
}

// Fields that say nothing stay out: a null or empty value is not the same as the image's own to every engine.
template <typename Value>
void set_unless(Json& object, std::string_view key, bool skip, Value&& value) {
  if (!skip) {
    object.set(key) = Json{std::forward<Value>(value)};
  }
}

void set_text(Json& object, std::string_view key, const std::string& value) {
  set_unless(object, key, value.empty(), value);
}

void set_list(Json& object, std::string_view key, const std::vector<std::string>& values) {
  set_unless(object, key, values.empty(), Json::strings(values));
}

void set_number(Json& object, std::string_view key, std::int64_t value) {
  set_unless(object, key, value == 0, value);
}

void set_true(Json& object, std::string_view key, bool value) {
  set_unless(object, key, !value, true);
}

Json environment(const std::map<std::string, std::string>& env) {
  Json::Array entries;
  for (const auto& [name, value] : env) {
    entries.emplace_back(name + '=' + value);
  }
  return entries;
}

std::string port_key(const Port& port) {
  return std::to_string(port.container) + '/' + to_string(port.protocol);
}

Json healthcheck_test(const Healthcheck& check) {
  if (check.disable) {
    return Json::strings(std::vector<std::string>{"NONE"});
  }
  if (!check.shell.empty()) {
    return Json::strings(std::vector<std::string>{"CMD-SHELL", check.shell});
  }
  std::vector<std::string> test{"CMD"};
  test.insert(test.end(), check.argv.begin(), check.argv.end());
  return Json::strings(test);
}

Json healthcheck(const Healthcheck& check) {
  Json out = Json::Object{};
  // Without a test of its own the engine takes the image's, under the times given here.
  const bool has_test = check.disable || !check.shell.empty() || !check.argv.empty();
  set_unless(out, "Test", !has_test, healthcheck_test(check));
  set_number(out, "Interval", nanoseconds(check.interval));
  set_number(out, "Timeout", nanoseconds(check.timeout));
  set_number(out, "StartPeriod", nanoseconds(check.start_period));
  set_number(out, "Retries", check.retries);
  return out;
}

Json mount(const Mount& mount) {
  Json out = Json::Object{};
  out.set("Target") = mount.target;
  set_text(out, "Source", mount.source);
  set_true(out, "ReadOnly", mount.read_only);
  switch (mount.type) {
    case Mount::Type::Bind:
      out.set("Type") = "bind";
      break;
    case Mount::Type::Volume:
      out.set("Type") = "volume";
      break;
    case Mount::Type::Tmpfs:
      out.set("Type") = "tmpfs";
      set_number(out.set("TmpfsOptions"), "SizeBytes", mount.tmpfs_bytes);
      out.set("TmpfsOptions").set("Mode") = static_cast<std::int64_t>(mount.tmpfs_mode);
      break;
  }
  return out;
}

Json mounts(const std::vector<Mount>& all) {
  Json::Array out;
  for (const Mount& one : all) {
    out.push_back(mount(one));
  }
  return out;
}

Json port_bindings(const std::vector<Port>& ports) {
  Json out = Json::Object{};
  for (const Port& port : ports) {
    Json binding = Json::Object{};
    binding.set("HostIp") = port.host_ip;
    binding.set("HostPort") = port.host == 0 ? std::string{} : std::to_string(port.host);
    out.set(port_key(port)) = Json::Array{std::move(binding)};
  }
  return out;
}

Json exposed_ports(const std::vector<Port>& ports) {
  Json out = Json::Object{};
  for (const Port& port : ports) {
    out.set(port_key(port)) = Json::Object{};
  }
  return out;
}

Json extra_hosts(const std::map<std::string, std::string>& hosts) {
  Json::Array out;
  for (const auto& [host, address] : hosts) {
    out.emplace_back(host + ':' + address);
  }
  return out;
}

void set_resources(Json& host, const Resources& resources) {
  set_number(host, "Memory", resources.memory_bytes);
  set_number(host, "NanoCpus", std::llround(resources.cpus * 1e9));
  set_number(host, "PidsLimit", resources.pids);
  set_number(host, "ShmSize", resources.shm_bytes);
  set_text(host, "CpusetCpus", resources.cpuset);
  Json::Array ulimits;
  for (const Ulimit& ulimit : resources.ulimits) {
    Json entry = Json::Object{};
    entry.set("Name") = ulimit.name;
    entry.set("Soft") = ulimit.soft;
    entry.set("Hard") = ulimit.hard;
    ulimits.push_back(std::move(entry));
  }
  set_unless(host, "Ulimits", ulimits.empty(), std::move(ulimits));
}

void set_security(Json& host, const Security& security) {
  set_true(host, "Privileged", security.privileged);
  set_true(host, "ReadonlyRootfs", security.read_only_root);
  set_list(host, "CapAdd", security.cap_add);
  set_list(host, "CapDrop", security.cap_drop);
  std::vector<std::string> options = security.options;
  if (security.no_new_privileges) {
    options.emplace_back("no-new-privileges");
  }
  set_list(host, "SecurityOpt", options);
}

const char* restart_name(RestartPolicy policy) {
  switch (policy) {
    case RestartPolicy::OnFailure:
      return "on-failure";
    case RestartPolicy::Always:
      return "always";
    case RestartPolicy::UnlessStopped:
      return "unless-stopped";
    case RestartPolicy::No:
      break;
  }
  return "no";
}

Json host_config(const ContainerSpec& spec) {
  Json host = Json::Object{};
  set_unless(host, "PortBindings", spec.ports.empty(), port_bindings(spec.ports));
  // Never Binds: for those the engine makes a missing source, as a directory that belongs to root.
  set_unless(host, "Mounts", spec.mounts.empty(), mounts(spec.mounts));
  set_text(host, "NetworkMode", spec.networks.empty() ? spec.network_mode : spec.networks.front().network);
  set_unless(host, "ExtraHosts", spec.extra_hosts.empty(), extra_hosts(spec.extra_hosts));
  set_list(host, "Dns", spec.dns);
  set_list(host, "DnsSearch", spec.dns_search);
  set_true(host, "Init", spec.init);
  set_resources(host, spec.resources);
  set_security(host, spec.security);
  if (spec.restart != RestartPolicy::No) {
    host.set("RestartPolicy").set("Name") = restart_name(spec.restart);
  }
  return host;
}

Json endpoints(const NetworkJoin& join) {
  Json settings = Json::Object{};
  set_list(settings, "Aliases", join.aliases);
  if (!join.ipv4.empty()) {
    settings.set("IPAMConfig").set("IPv4Address") = join.ipv4;
  }
  Json out = Json::Object{};
  out.set("EndpointsConfig").set(join.network) = std::move(settings);
  return out;
}

Json container_config(const ContainerSpec& spec) {
  Json body = Json::Object{};
  body.set("Image") = spec.image;
  set_list(body, "Cmd", spec.command);
  set_list(body, "Entrypoint", spec.entrypoint);
  set_unless(body, "Env", spec.env.empty(), environment(spec.env));
  set_text(body, "WorkingDir", spec.working_dir);
  set_text(body, "User", spec.user);
  set_text(body, "Hostname", spec.hostname);
  set_unless(body, "ExposedPorts", spec.ports.empty(), exposed_ports(spec.ports));
  set_true(body, "Tty", spec.tty);
  set_unless(body, "Healthcheck", spec.healthcheck == Healthcheck{}, healthcheck(spec.healthcheck));
  set_text(body, "StopSignal", spec.stop_signal);
  set_number(body, "StopTimeout", spec.stop_timeout.count());
  set_unless(body, "Labels", spec.labels.empty(), Json::strings(spec.labels));
  body.set("HostConfig") = host_config(spec);
  if (!spec.networks.empty()) {
    body.set("NetworkingConfig") = endpoints(spec.networks.front());
  }
  return body;
}

}  // namespace

void require_valid(const ContainerSpec& spec) {
  if (const std::vector<std::string> faults = validate(spec); !faults.empty()) {
    throw InvalidArgumentError("the container spec for image '" + text::printable(spec.image) +
                                   "' cannot work: " + text::join(faults, "; "),
                               {.operation = "container create", .resource = text::printable(spec.image)});
  }
}

std::string create_body(const ContainerSpec& spec, const Labels& extra) {
  require_valid(spec);
  Json body = container_config(spec.host_access.enabled ? with_host_access(spec, kHostGateway) : spec);
  if (!spec.create_patch_json.empty()) {
    body.merge_patch(parse_json(spec.create_patch_json, "create_patch_json"));
  }
  for (const auto& [key, value] : extra) {
    body.set("Labels").set(key) = value;
  }
  return body.dump();
}

std::string create_body(const ContainerSpec& spec) {
  return create_body(spec, {});
}

}  // namespace drydock
