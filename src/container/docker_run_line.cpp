// A spec as a `docker run` command line, for people who want to look at a failure by hand.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "drydock/container/spec.h"

#include "base/redaction.h"
#include "base/text.h"
#include "container/host_mapping.h"

namespace drydock {
namespace {

using Words = std::vector<std::string>;

bool speaks_of_secrets(std::string_view name) {
  constexpr std::array<std::string_view, 5> kWords{"PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL"};
  for (const std::string_view word : kWords) {
    if (text::contains_ignoring_case(name, word)) {
      return true;
    }
  }
  return false;
}

void add(Words& words, std::string flag, std::string value) {
  words.push_back(std::move(flag));
  words.push_back(std::move(value));
}

void add_text(Words& words, std::string_view flag, const std::string& value) {
  if (!value.empty()) {
    add(words, std::string{flag}, value);
  }
}

void add_list(Words& words, std::string_view flag, const Words& values) {
  for (const std::string& value : values) {
    add(words, std::string{flag}, value);
  }
}

void add_number(Words& words, std::string_view flag, std::int64_t value, std::string_view unit = "") {
  if (value != 0) {
    add(words, std::string{flag}, std::to_string(value) + std::string{unit});
  }
}

void add_if(Words& words, bool wanted, std::string flag) {
  if (wanted) {
    words.push_back(std::move(flag));
  }
}

// --mount takes one CSV record.
std::string csv_field(std::string_view key, const std::string& value) {
  std::string field = std::string{key} + '=' + value;
  if (field.find_first_of(",\"\n") == std::string::npos) {
    return ',' + field;
  }
  std::string out = ",\"";
  for (const char c : field) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

std::string mount_value(const Mount& mount) {
  std::string out = "type=tmpfs";
  if (mount.type == Mount::Type::Bind) {
    out = "type=bind";
  } else if (mount.type == Mount::Type::Volume) {
    out = "type=volume";
  }
  if (!mount.source.empty()) {
    out += csv_field("source", mount.source);
  }
  out += csv_field("target", mount.target);
  if (mount.type == Mount::Type::Tmpfs) {
    if (mount.tmpfs_bytes != 0) {
      out += fmt::format(",tmpfs-size={}", mount.tmpfs_bytes);
    }
    out += fmt::format(",tmpfs-mode={:o}", mount.tmpfs_mode);
  }
  return mount.read_only ? out + ",readonly" : out;
}

// The command line's own default address is 0.0.0.0, so the address is always written.
std::string publish_value(const Port& port) {
  const bool v6 = port.host_ip.find(':') != std::string::npos;
  return fmt::format("{}:{}:{}/{}", v6 ? '[' + port.host_ip + ']' : port.host_ip,
                     port.host == 0 ? std::string{} : std::to_string(port.host), port.container,
                     to_string(port.protocol));
}

void add_process(Words& words, const ContainerSpec& spec) {
  add_text(words, "--hostname", spec.hostname);
  add_text(words, "--user", spec.user);
  add_text(words, "--workdir", spec.working_dir);
  for (const auto& [name, value] : spec.env) {
    // A name alone takes the value from the shell's environment, and shows it to nobody.
    add(words, "--env", speaks_of_secrets(name) ? name : name + '=' + value);
  }
  add_if(words, spec.init, "--init");
  add_if(words, spec.tty, "--tty");
  add_text(words, "--stop-signal", spec.stop_signal);
  add_number(words, "--stop-timeout", spec.stop_timeout.count());
}

void add_network(Words& words, const ContainerSpec& spec) {
  for (const Port& port : spec.ports) {
    add(words, "--publish", publish_value(port));
  }
  add_text(words, "--network", spec.network_mode);
  if (!spec.networks.empty()) {
    const NetworkJoin& first = spec.networks.front();
    add_text(words, "--network", first.network);
    add_list(words, "--network-alias", first.aliases);
    add_text(words, "--ip", first.ipv4);
  }
  for (const auto& [host, address] : spec.extra_hosts) {
    add(words, "--add-host", host + ':' + address);
  }
  add_list(words, "--dns", spec.dns);
  add_list(words, "--dns-search", spec.dns_search);
}

void add_limits(Words& words, const ContainerSpec& spec) {
  const Resources& resources = spec.resources;
  add_number(words, "--memory", resources.memory_bytes);
  if (resources.cpus > 0) {
    add(words, "--cpus", fmt::format("{}", resources.cpus));
  }
  add_number(words, "--pids-limit", resources.pids);
  add_number(words, "--shm-size", resources.shm_bytes);
  add_text(words, "--cpuset-cpus", resources.cpuset);
  for (const Ulimit& ulimit : resources.ulimits) {
    add(words, "--ulimit", fmt::format("{}={}:{}", ulimit.name, ulimit.soft, ulimit.hard));
  }
  const Security& security = spec.security;
  add_if(words, security.privileged, "--privileged");
  add_if(words, security.read_only_root, "--read-only");
  add_list(words, "--cap-add", security.cap_add);
  add_list(words, "--cap-drop", security.cap_drop);
  add_list(words, "--security-opt", security.options);
  if (security.no_new_privileges) {
    add(words, "--security-opt", "no-new-privileges");
  }
}

void add_healthcheck(Words& words, const Healthcheck& check) {
  if (check.disable) {
    words.emplace_back("--no-healthcheck");
    return;
  }
  // The command line knows the shell's form only.
  add_text(words, "--health-cmd", check.shell.empty() ? text::shell_join(check.argv) : check.shell);
  add_number(words, "--health-interval", check.interval.count(), "ms");
  add_number(words, "--health-timeout", check.timeout.count(), "ms");
  add_number(words, "--health-start-period", check.start_period.count(), "ms");
  add_number(words, "--health-retries", check.retries);
}

void add_life(Words& words, const ContainerSpec& spec) {
  switch (spec.restart) {
    case RestartPolicy::No:
      words.emplace_back("--rm");
      break;
    // The command line refuses --rm together with a restart policy.
    case RestartPolicy::OnFailure:
      add(words, "--restart", "on-failure");
      break;
    case RestartPolicy::Always:
      add(words, "--restart", "always");
      break;
    case RestartPolicy::UnlessStopped:
      add(words, "--restart", "unless-stopped");
      break;
  }
  add_text(words, "--name", spec.name);
  add_text(words, "--platform", spec.platform);
  if (spec.pull != PullPolicy::Missing) {
    add(words, "--pull", spec.pull == PullPolicy::Always ? "always" : "never");
  }
}

void add_command(Words& words, const ContainerSpec& spec) {
  // --entrypoint takes one word; the others go before the command, which has the same effect.
  if (!spec.entrypoint.empty()) {
    add(words, "--entrypoint", spec.entrypoint.front());
  }
  words.push_back(spec.image);
  if (!spec.entrypoint.empty()) {
    words.insert(words.end(), spec.entrypoint.begin() + 1, spec.entrypoint.end());
  }
  words.insert(words.end(), spec.command.begin(), spec.command.end());
}

std::string what_a_line_cannot_say(const ContainerSpec& spec) {
  Words parts;
  for (const File& file : spec.files) {
    parts.push_back("the file '" + text::printable(file.path) + "'");
  }
  for (std::size_t i = 1; i < spec.networks.size(); ++i) {
    parts.push_back("the further network '" + text::printable(spec.networks[i].network) + "'");
  }
  if (!spec.create_patch_json.empty()) {
    parts.emplace_back("create_patch_json");
  }
  return parts.empty() ? "" : "\n(the line leaves out " + text::join(parts, ", ") + ")";
}

}  // namespace

std::string docker_run_line(const ContainerSpec& spec) {
  if (spec.host_access.enabled) {
    return docker_run_line(with_host_access(spec, kHostGateway));
  }
  Words words{"docker", "run"};
  add_life(words, spec);
  add_process(words, spec);
  for (const Mount& mount : spec.mounts) {
    add(words, "--mount", mount_value(mount));
  }
  add_network(words, spec);
  add_limits(words, spec);
  add_healthcheck(words, spec.healthcheck);
  for (const auto& [key, value] : spec.labels) {
    add(words, "--label", key + '=' + value);
  }
  add_command(words, spec);
  return text::shell_join(redacted(words)) + what_a_line_cannot_say(spec);
}

}  // namespace drydock
