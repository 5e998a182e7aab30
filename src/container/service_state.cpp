#include "container/service_state.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/container/spec.h"
#include "drydock/transport/endpoint.h"

#include "base/read_file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "container/run.h"
#include "container/session.h"
#include "docker/json.h"

namespace drydock {
namespace {

constexpr std::string_view kPlaceholder = "{session}";
constexpr std::size_t kLongest = std::size_t{1} << 20;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_service_name(std::string_view name) {
  return !name.empty() && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_plain(c) || c == '-' || c == '_'; });
}

std::system_error failure(const char* what, const std::string& path) {
  return {errno, std::generic_category(), fmt::format("the state file '{}' cannot be {}", path, what)};
}

void write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      throw failure("written", path);
    }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
}

std::uint16_t host_port(const Json& value) {
  const std::int64_t port = value.integer();
  if (port < 1 || port > std::numeric_limits<std::uint16_t>::max()) {
    throw ProtocolError(fmt::format("a service's state has the host port {}, which is none", port));
  }
  return static_cast<std::uint16_t>(port);
}

// Somebody may have edited it.
void require_usable(const ServiceState& state) {
  if (state.name.empty() || state.container.empty() || state.endpoint.empty()) {
    throw ProtocolError("a service's state has no name, container or endpoint");
  }
  try {
    static_cast<void>(Endpoint::parse(state.endpoint));
    for (const auto& entry : state.ports) {
      static_cast<void>(Port::parse(entry.first));
    }
  } catch (const InvalidArgumentError& fault) {
    throw ProtocolError(fmt::format("a service's state: {}", fault.what()));
  }
}

}  // namespace

std::string to_json_text(const ServiceState& state) {
  Json json;
  json.set("name") = state.name;
  json.set("container") = state.container;
  json.set("engine_name") = state.engine_name;
  json.set("image") = state.image;
  json.set("image_id") = state.image_id;
  json.set("digest") = state.digest;
  json.set("endpoint") = state.endpoint;
  json.set("host") = state.host;
  json.set("ports") = Json::Object{};
  for (const auto& [port, host_port] : state.ports) {
    json.set("ports").set(port) = std::int64_t{host_port};
  }
  json.set("owner") = state.owner;
  json.set("session") = state.session;
  json.set("env") = Json::strings(state.env);
  json.set("spec") = state.spec;
  return json.dump();
}

ServiceState parse_service_state(std::string_view text) {
  const Json json = parse_object(text, "a service's state", kLongest);
  ServiceState state{.name = json["name"].string(),
                     .container = json["container"].string(),
                     .engine_name = json["engine_name"].string(),
                     .image = json["image"].string(),
                     .image_id = json["image_id"].string(),
                     .digest = json["digest"].string(),
                     .endpoint = json["endpoint"].string(),
                     .host = json["host"].string(),
                     .owner = json["owner"].string(),
                     .session = json["session"].string(),
                     .env = json["env"].string_map(),
                     .spec = json["spec"].string()};
  for (const auto& [port, value] : json["ports"].object()) {
    state.ports[port] = host_port(value);
  }
  require_usable(state);
  return state;
}

std::map<std::string, std::uint16_t> host_ports(const std::vector<PublishedPort>& ports) {
  std::map<std::string, std::uint16_t> found;
  for (const bool wants_ipv6 : {false, true}) {
    for (const PublishedPort& port : ports) {
      const bool is_ipv6 = port.host_ip.find(':') != std::string::npos;
      if (port.host_port != 0 && is_ipv6 == wants_ipv6) {
        found.emplace(fmt::format("{}/{}", port.container_port, to_string(port.protocol)), port.host_port);
      }
    }
  }
  return found;
}

std::string service_variable(const std::string& service) {
  if (!is_service_name(service)) {
    throw InvalidArgumentError(
        fmt::format("the service's name is '{}'; it must be made of letters, digits, '-' and '_', and begin "
                    "with a letter "
                    "or a digit",
                    text::printable(service)));
  }
  std::string variable = "DRYDOCK_SERVICE_";
  for (const char c : service) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

std::string state_path(std::string_view path, std::string_view key) {
  std::string out{path};
  for (std::size_t at = out.find(kPlaceholder); at != std::string::npos;
       at = out.find(kPlaceholder, at + key.size())) {
    out.replace(at, kPlaceholder.size(), key);
  }
  return out;
}

std::string current_state_path(std::string_view path) {
  if (path.find(kPlaceholder) == std::string_view::npos) {
    return std::string{path};
  }
  const Run run = current_run();
  const char* const chosen = std::getenv("DRYDOCK_SESSION_PID");
  if (!run.is_this_process || (chosen != nullptr && *chosen != '\0')) {
    constexpr std::size_t kDigits = 16;
    return state_path(path, sha256_hex(run.owner.to_text()).substr(0, kDigits));
  }
  if (const std::optional<std::string> joined = joined_session()) {
    return state_path(path, *joined);
  }
  throw InvalidArgumentError(
      fmt::format("the state file is '{}', where {} stands for the run, and this program is part of none; "
                  "run it by ctest, set "
                  "DRYDOCK_SESSION to a word of your own, or name a file without",
                  path, kPlaceholder));
}

std::optional<ServiceState> read_state_file(const std::string& path) {
  std::error_code error;
  const bool is_there = std::filesystem::exists(path, error);
  if (!is_there && !error) {
    return std::nullopt;
  }
  const std::string text = read_file(path);
  if (text.empty()) {
    throw InvalidArgumentError(
        fmt::format("the state file '{}' cannot be read, or is empty; remove it", path));
  }
  try {
    return parse_service_state(text);
  } catch (const ProtocolError& fault) {
    throw InvalidArgumentError(fmt::format(
        "'{}' is no state file of drydock up: {}; remove it, or name another", path, fault.what()));
  }
}

void write_state_file(const std::string& path, const ServiceState& state) {
  if (const auto parent = std::filesystem::path{path}.parent_path(); !parent.empty()) {
    std::filesystem::create_directories(parent);
  }
  std::string temporary = path + ".XXXXXX";
  const UniqueFd file{::mkstemp(temporary.data())};  // mode 0600
  if (!file.valid()) {
    throw failure("made", path);
  }
  try {
    write_all(file.get(), to_json_text(state) + "\n", path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      throw failure("put in its place", path);
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace drydock
