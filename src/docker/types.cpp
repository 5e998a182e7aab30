#include "drydock/docker/types.h"

#include <string_view>

namespace drydock {

const char* to_string(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::Tcp:
      return "tcp";
    case Protocol::Udp:
      return "udp";
    case Protocol::Sctp:
      return "sctp";
  }
  return "unknown";
}

std::string short_id(const std::string& id) {
  constexpr std::string_view kAlgorithm = "sha256:";
  const std::size_t start = id.starts_with(kAlgorithm) ? kAlgorithm.size() : 0;
  return id.substr(start, 12);
}

}  // namespace drydock
