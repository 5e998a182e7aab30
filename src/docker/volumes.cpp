#include "drydock/docker/volumes.h"

#include "docker/engine_link.h"

namespace drydock {
namespace {

Call volume_call(Method method, const char* operation, const std::string& volume) {
  return Call(method, operation, volume).path("volumes").path(volume);
}

VolumeDetails read_volume(const Json& json) {
  return {.name = json["Name"].string(),
          .driver = json["Driver"].string(),
          .mountpoint = json["Mountpoint"].string(),
          .created = json["CreatedAt"].string(),
          .labels = json["Labels"].string_map(),
          .driver_options = json["Options"].string_map()};
}

}  // namespace

VolumeDetails Volumes::create(const VolumeConfig& config, Deadline deadline) const {
  Json body;
  body.set("Name") = config.name;
  body.set("Driver") = config.driver;
  body.set("DriverOpts") = Json::strings(config.driver_options);
  body.set("Labels") = Json::strings(config.labels);
  Call call = Call(Method::Post, "volume create", config.name).path("volumes").path("create");
  if (!config.name.empty()) {
    call.repeatable();  // a volume of that name is then found, not made twice
  }
  return read_volume(link_->call_object(call.body(body.dump()), deadline));
}

VolumeDetails Volumes::inspect(const std::string& volume, Deadline deadline) const {
  return read_volume(link_->call_object(volume_call(Method::Get, "volume inspect", volume), deadline));
}

std::optional<VolumeDetails> Volumes::find(const std::string& volume, Deadline deadline) const {
  const Response response = link_->call(volume_call(Method::Get, "volume inspect", volume), deadline, {404});
  if (response.status == 404) {
    return std::nullopt;
  }
  return read_volume(parse_object(response.body, "the answer to volume inspect"));
}

std::vector<VolumeDetails> Volumes::list(const std::vector<std::string>& labels, Deadline deadline) const {
  Call call = Call(Method::Get, "volume list").path("volumes");
  const Json json = link_->call_object(call.filters({{"label", labels}}), deadline);
  std::vector<VolumeDetails> volumes;
  for (const Json& row : json["Volumes"].array()) {
    volumes.push_back(read_volume(row));
  }
  return volumes;
}

bool Volumes::remove(const std::string& volume, bool force, Deadline deadline) const {
  Call call = volume_call(Method::Delete, "volume remove", volume);
  return link_->call(call.query("force", force ? "1" : "0"), deadline, {404}).status != 404;
}

}  // namespace drydock
