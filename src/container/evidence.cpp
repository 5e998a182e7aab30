#include "drydock/container/evidence.h"

#include <fmt/format.h>

#include "base/text.h"

namespace drydock {
namespace {

std::string state_line(const ContainerState& state) {
  std::string line = to_string(state.status);
  if (!state.running && state.status != ContainerStatus::Created &&
      state.status != ContainerStatus::Unknown) {
    line += fmt::format(", exit code {}", state.exit_code);
  }
  if (state.oom_killed) {
    line += ", killed for lack of memory";
  }
  if (state.health != Health::None) {
    line += fmt::format(", health {}", to_string(state.health));
  }
  if (!state.error.empty()) {
    line += fmt::format(", error '{}'", text::printable(state.error, 500));
  }
  return line;
}

std::string port_list(const std::vector<PublishedPort>& ports) {
  std::vector<std::string> parts;
  parts.reserve(ports.size());
  for (const PublishedPort& port : ports) {
    parts.push_back(fmt::format("{}/{} at {}:{}", port.container_port, to_string(port.protocol), port.host_ip,
                                port.host_port));
  }
  return text::join(parts, ", ");
}

// Log lines are the container's: control characters must not reach the reader's terminal.
std::string indented_log(std::string_view log) {
  if (!log.empty() && log.back() == '\n') {
    log.remove_suffix(1);
  }
  std::string out;
  for (std::string line : text::split(log, '\n')) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    out += fmt::format("    | {}\n", text::printable(line, 1000));
  }
  return out;
}

}  // namespace

std::string Evidence::to_text() const {
  std::string out;
  const auto add = [&out](std::string_view title, const std::string& value) {
    if (!value.empty()) {
      out += fmt::format("  {:<10} {}\n", title, value);
    }
  };
  add("container", fmt::format("{} ({})", name, short_id(id)));
  add("image", image);
  add("digest", image_digest);
  add("state", state_line(state));
  add("ports", port_list(ports));
  add("made at", where.line == 0 ? "" : fmt::format("{}:{}", where.file, where.line));
  if (log_tail.empty()) {
    add("log", problem.empty() ? "empty" : "none");
  } else {
    add("log", log_is_older ? "no line since the test began; the last ones before it:" : "last lines:");
    out += indented_log(log_tail);
  }
  add("full log", log_file);
  add("by hand", run_line);
  add("problem", problem);
  return out;
}

}  // namespace drydock
