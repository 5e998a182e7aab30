// Mount: one factory for each type.
#include <utility>

#include "drydock/container/spec.h"

namespace drydock {

Mount Mount::bind(std::string source, std::string target, bool read_only) {
  return {
      .type = Type::Bind, .source = std::move(source), .target = std::move(target), .read_only = read_only};
}

Mount Mount::volume(std::string name, std::string target, bool read_only) {
  return {
      .type = Type::Volume, .source = std::move(name), .target = std::move(target), .read_only = read_only};
}

Mount Mount::tmpfs(std::string target, std::int64_t bytes) {
  return {.type = Type::Tmpfs, .target = std::move(target), .tmpfs_bytes = bytes};
}

}  // namespace drydock
