#include "container/host_mapping.h"

#include <string_view>
#include <utility>

namespace drydock {
namespace {

std::string with_host(std::string text) {
  constexpr std::string_view kPlaceholder = "{host}";
  const std::string_view name = kHostName;
  for (std::size_t at = text.find(kPlaceholder); at != std::string::npos;
       at = text.find(kPlaceholder, at + name.size())) {
    text.replace(at, kPlaceholder.size(), name);
  }
  return text;
}

}  // namespace

ContainerSpec with_host_access(ContainerSpec spec, const std::string& address) {
  if (!spec.host_access.enabled) {
    return spec;
  }
  if (!address.empty()) {
    spec.extra_hosts.emplace(kHostName, address);
  }
  for (const auto& [name, value] : spec.host_access.env) {
    spec.env.emplace(name, with_host(value));
  }
  spec.host_access = {};
  return spec;
}

}  // namespace drydock
