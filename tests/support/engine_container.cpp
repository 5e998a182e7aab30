#include "support/engine_container.h"

#include <iostream>

#include "drydock/base/error.h"

#include "docker/json.h"

namespace drydock {
namespace {

std::string create_body(const EngineContainer::Options& options) {
  Json body;
  body.set("Image") = options.image;
  body.set("Cmd") = Json::strings(options.command);
  body.set("Labels").set("drydock-test") = "engine-container";
  // PID 1 without an init ignores SIGTERM and reaps nothing; no test here waits for a stop.
  body.set("HostConfig").set("Init") = false;
  for (const std::uint16_t port : options.ports) {
    const std::string key = std::to_string(port) + "/tcp";
    body.set("ExposedPorts").set(key) = Json::Object{};
    Json binding;
    binding.set("HostIp") = "127.0.0.1";
    binding.set("HostPort") = "";
    body.set("HostConfig").set("PortBindings").set(key) = Json::Array{binding};
  }
  if (!options.patch_json.empty()) {
    body.merge_patch(parse_json(options.patch_json, "test's patch"));
  }
  return body.dump();
}

}  // namespace

EngineContainer::EngineContainer() : EngineContainer(Options{}) {}

EngineContainer::EngineContainer(const Options& options) {
  id_ = client_.containers().create({.body = create_body(options)}).id;
  if (options.start) {
    client_.containers().start(id_);
  }
}

EngineContainer::~EngineContainer() {
  try {
    client_.containers().remove(id_);
  } catch (const Error& error) {
    std::cerr << "a test's container was left: " << error.what() << '\n';
  }
}

}  // namespace drydock
