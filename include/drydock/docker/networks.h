// The Engine API's networks. Two networks may have one name: remove them by id.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/docker/types.h"

namespace drydock {

class EngineLink;

struct NetworkConfig {
  std::string name{};
  std::string driver{"bridge"};
  bool internal{false};  ///< no way out to the world
  bool attachable{false};
  std::string subnet{};  ///< CIDR; empty: the engine chooses
  Labels labels{};
};

struct NetworkDetails {
  std::string id{}, name{}, driver{}, scope{}, created{};
  bool internal{false};
  std::string subnet{}, gateway{};
  std::vector<ContainerId> containers{};  ///< attached and running
  Labels labels{};
};

struct NetworkEndpoint {
  std::vector<std::string> aliases{};
  std::string ipv4{};  ///< fixed address; empty: the engine chooses
};

class Networks {
 public:
  explicit Networks(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  /// Returns the new network's id. Throws EngineError Conflict when the name is in use (CheckDuplicate).
  std::string create(const NetworkConfig& config, Deadline deadline = {}) const;
  [[nodiscard]] NetworkDetails inspect(const std::string& network, Deadline deadline = {}) const;
  [[nodiscard]] std::optional<NetworkDetails> find(const std::string& network, Deadline deadline = {}) const;
  [[nodiscard]] std::vector<NetworkDetails> list(const std::vector<std::string>& labels = {},
                                                 Deadline deadline = {}) const;
  /// Returns false when there is no such network. Throws EngineError Conflict or BadRequest while containers
  /// use it.
  bool remove(const std::string& network, Deadline deadline = {}) const;
  void connect(const std::string& network, const std::string& container, const NetworkEndpoint& endpoint = {},
               Deadline deadline = {}) const;
  void disconnect(const std::string& network, const std::string& container, bool force = false,
                  Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
