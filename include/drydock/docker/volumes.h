// The Engine API's volumes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/docker/types.h"

namespace drydock {

class EngineLink;

struct VolumeConfig {
  std::string name{};  ///< empty: the engine makes one up
  std::string driver{"local"};
  std::map<std::string, std::string> driver_options{};
  Labels labels{};
};

struct VolumeDetails {
  std::string name{}, driver{}, mountpoint{}, created{};
  Labels labels{};
  std::map<std::string, std::string> driver_options{};
};

class Volumes {
 public:
  explicit Volumes(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  VolumeDetails create(const VolumeConfig& config = {}, Deadline deadline = {}) const;
  [[nodiscard]] VolumeDetails inspect(const std::string& volume, Deadline deadline = {}) const;
  [[nodiscard]] std::optional<VolumeDetails> find(const std::string& volume, Deadline deadline = {}) const;
  [[nodiscard]] std::vector<VolumeDetails> list(const std::vector<std::string>& labels = {},
                                                Deadline deadline = {}) const;
  /// Returns false when there is no such volume. Throws EngineError Conflict while a container uses it.
  bool remove(const std::string& volume, bool force = false, Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
