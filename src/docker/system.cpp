#include "drydock/docker/system.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "docker/engine_link.h"

namespace drydock {
namespace {

bool is_rootless(const Json& info) {
  const std::vector<std::string> options = info["SecurityOptions"].string_list();
  const bool docker_says_so = std::any_of(options.begin(), options.end(), [](const std::string& option) {
    return option.find("name=rootless") != std::string::npos;
  });
  return docker_says_so || info["Rootless"].boolean();  // the latter is Podman's
}

/// Returns what kind of engine it is. Podman names its platform after the distribution and itself in the
/// first component; Docker from distributions leaves the platform's name empty.
std::string platform_name(const Json& version) {
  const Json::Array& components = version["Components"].array();
  std::string component = components.empty() ? "" : components.front()["Name"].string();
  std::string platform = version["Platform"]["Name"].string();
  return platform.empty() || component.starts_with("Podman") ? component : platform;
}

/// Takes the leading number off `text`, with a dot behind it; 0 when there is none.
std::uint16_t take_number(std::string_view& text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) {
    text.remove_prefix(1);
  }
  return error == std::errc{} ? number : std::uint16_t{0};
}

EngineFamily family_of(const EngineVersion& version, const EngineInfo& info) {
  if (version.platform.starts_with("Podman")) {
    return EngineFamily::Podman;
  }
  return info.operating_system.starts_with("Docker Desktop") ? EngineFamily::DockerDesktop
                                                             : EngineFamily::Docker;
}

}  // namespace

std::string System::ping(Deadline deadline) const {
  return link_->ping(deadline);
}

EngineVersion System::version(Deadline deadline) const {
  // Without a version prefix, so that an engine that is too old or too new can still say what it is.
  const Json json = link_->call_object(Call(Method::Get, "version").path("version").unversioned(), deadline);
  return {.version = json["Version"].string(),
          .api_version = json["ApiVersion"].string(),
          .min_api_version = json["MinAPIVersion"].string(),
          .os = json["Os"].string(),
          .arch = json["Arch"].string(),
          .kernel = json["KernelVersion"].string(),
          .platform = platform_name(json)};
}

EngineInfo System::info(Deadline deadline) const {
  Response response = link_->call(Call(Method::Get, "info").path("info"), deadline);
  const Json json = parse_object(response.body, "the answer to info");
  return {.id = json["ID"].string(),
          .name = json["Name"].string(),
          .operating_system = json["OperatingSystem"].string(),
          .os_type = json["OSType"].string(),
          .architecture = json["Architecture"].string(),
          .storage_driver = json["Driver"].string(),
          .cgroup_version = json["CgroupVersion"].string(),
          .default_runtime = json["DefaultRuntime"].string(),
          .cpus = json["NCPU"].integer(),
          .memory_bytes = json["MemTotal"].integer(),
          .containers = json["Containers"].integer(),
          .running = json["ContainersRunning"].integer(),
          .images = json["Images"].integer(),
          .rootless = is_rootless(json),
          .json = std::move(response.body)};
}

EngineKind System::kind(Deadline deadline) const {
  if (const std::optional<EngineKind> known = link_->known_kind()) {
    return *known;
  }
  const EngineVersion version = this->version(deadline);
  const EngineInfo info = this->info(deadline);
  std::string_view number = version.version;
  EngineKind kind{.family = family_of(version, info), .rootless = info.rootless};
  kind.major_version = take_number(number);
  kind.minor_version = take_number(number);
  link_->remember(kind);
  return kind;
}

}  // namespace drydock
