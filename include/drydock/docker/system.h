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

enum class EngineFamily : std::uint8_t { Docker, DockerDesktop, Podman };

/// What an engine is, where engines of one API version behave differently.
struct EngineKind {
  EngineFamily family{EngineFamily::Docker};
  bool rootless{false};
  std::uint16_t major_version{0}, minor_version{0};  ///< of the engine, not of its API; 0: not understood
  friend bool operator==(const EngineKind&, const EngineKind&) = default;
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
  /// Tells the kind of engine by `GET /version` and `GET /info`: asked once for each endpoint and
  /// process, or for each client of an exchange of one's own. A failure is not remembered.
  [[nodiscard]] EngineKind kind(Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
