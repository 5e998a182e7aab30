#include "drydock/docker/container_types.h"

#include <ostream>

namespace drydock {

const char* to_string(ContainerStatus status) noexcept {
  switch (status) {
    case ContainerStatus::Created:
      return "created";
    case ContainerStatus::Running:
      return "running";
    case ContainerStatus::Paused:
      return "paused";
    case ContainerStatus::Restarting:
      return "restarting";
    case ContainerStatus::Removing:
      return "removing";
    case ContainerStatus::Exited:
      return "exited";
    case ContainerStatus::Dead:
      return "dead";
    case ContainerStatus::Unknown:
      return "unknown";
  }
  return "unknown";
}

const char* to_string(Health health) noexcept {
  switch (health) {
    case Health::None:
      return "none";
    case Health::Starting:
      return "starting";
    case Health::Healthy:
      return "healthy";
    case Health::Unhealthy:
      return "unhealthy";
  }
  return "none";
}

const char* to_string(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::Modified:
      return "modified";
    case ChangeKind::Added:
      return "added";
    case ChangeKind::Deleted:
      return "deleted";
  }
  return "changed";
}

void PrintTo(const FileChange& change, std::ostream* out) {
  *out << to_string(change.kind) << ' ' << change.path;
}

}  // namespace drydock
