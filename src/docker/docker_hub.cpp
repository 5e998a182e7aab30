#include "docker/docker_hub.h"

#include <algorithm>
#include <array>

namespace drydock {
namespace {

constexpr std::array<std::string_view, 3> kHosts{"docker.io", "index.docker.io", "registry.hub.docker.com"};
constexpr std::string_view kOfficial = "library/";

}  // namespace

bool is_of_hub(const ImageReference& image) {
  return image.registry.empty() || std::find(kHosts.begin(), kHosts.end(), image.registry) != kHosts.end();
}

std::string_view without_hub_host(std::string_view reference) {
  for (const std::string_view host : kHosts) {
    if (reference.starts_with(host) && reference.substr(host.size()).starts_with('/')) {
      return reference.substr(host.size() + 1);
    }
  }
  return reference;
}

std::string short_form(ImageReference image) {
  if (is_of_hub(image)) {
    image.registry.clear();
    const bool is_official = image.repository.starts_with(kOfficial) &&
                             image.repository.find('/', kOfficial.size()) == std::string::npos;
    image.repository.erase(0, is_official ? kOfficial.size() : 0);
  }
  return image.to_string();
}

}  // namespace drydock
