#include "container/shared_key.h"

#include <cstdint>

#include "base/sha256.h"
#include "container/create_body.h"
#include "docker/json.h"

namespace drydock {
namespace {

Json join(const NetworkJoin& network) {
  Json out = Json::Object{};
  out.set("network") = network.network;
  out.set("aliases") = Json::strings(network.aliases);
  out.set("ipv4") = network.ipv4;
  return out;
}

// Contents may be no text, which JSON cannot hold.
Json file(const File& file) {
  Json out = Json::Object{};
  out.set("path") = file.path;
  out.set("content") = sha256_hex(file.content);
  out.set("mode") = static_cast<std::int64_t>(file.mode);
  out.set("uid") = static_cast<std::int64_t>(file.uid);
  out.set("gid") = static_cast<std::int64_t>(file.gid);
  return out;
}

}  // namespace

std::string shared_key(const ContainerSpec& spec, const std::string& image_id) {
  Json all = Json::Object{};
  all.set("version") = 1;  // to be raised when what is done with the fields changes
  all.set("body") = create_body(spec);
  all.set("platform") = spec.platform;
  all.set("image") = image_id;
  Json::Array files;
  for (const File& one : spec.files) {
    files.push_back(file(one));
  }
  all.set("files") = std::move(files);
  Json::Array networks;  // the first is in the body
  for (const NetworkJoin& one : spec.networks) {
    networks.push_back(join(one));
  }
  all.set("networks") = std::move(networks);
  return sha256_hex(all.dump());
}

std::string shared_name(const Run& run, const ContainerSpec& spec, const std::string& key) {
  const std::string run_part = sha256_hex(run.id + '\n' + run.owner.to_text()).substr(0, 8);
  return "drydock-" + run_part + '-' + (spec.name.empty() ? key.substr(0, 12) : spec.name);
}

}  // namespace drydock
