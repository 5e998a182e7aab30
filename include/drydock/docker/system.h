// The engine itself: is it there, what is it. Engine API: /_ping, /version, /info.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "drydock/base/deadline.h"

namespace drydock {

class EngineLink;

struct EngineVersion {
  std::string version{};          ///< "20.10.24"
  std::string api_version{};      ///< newest that it speaks
  std::string min_api_version{};  ///< oldest that it speaks; empty when it does not say
  std::string os{}, arch{}, kernel{};
  std::string platform{};  ///< "Docker Engine - Community", "Podman Engine", ...
};

struct EngineInfo {
  std::string id{}, name{};
  std::string operating_system{}, os_type{}, architecture{};
  std::string storage_driver{}, cgroup_version{}, default_runtime{};
  std::int64_t cpus{0}, memory_bytes{0}, containers{0}, running{0}, images{0};
  bool rootless{false};
  std::string json{};  ///< the whole answer
};

class System {
 public:
  explicit System(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  /// Returns the engine's newest API version from `GET /_ping`; asks each time.
  std::string ping(Deadline deadline = {}) const;
  /// `GET /version`.
  [[nodiscard]] EngineVersion version(Deadline deadline = {}) const;
  /// `GET /info`; 9 ms on a local engine.
  [[nodiscard]] EngineInfo info(Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
