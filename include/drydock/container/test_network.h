// A guard for a user-defined network, under the same rules as TestContainer. A network must outlive the
// containers that use it: declare it before them.
#pragma once

#include <memory>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

class OwnedObject;

/// Owns a user-defined network.
class [[nodiscard]] TestNetwork {
 public:
  /// An empty name is made unique. Throws EngineError Conflict when the name is in use.
  explicit TestNetwork(NetworkConfig config = {}, Client client = Client::from_environment());
  TestNetwork(TestNetwork&&) noexcept = default;
  TestNetwork& operator=(TestNetwork&&) noexcept;
  TestNetwork(const TestNetwork&) = delete;
  TestNetwork& operator=(const TestNetwork&) = delete;
  ~TestNetwork();

  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const std::string& name() const;
  /// Removes it now; returns false when it was gone already. Throws EngineError while containers are
  /// attached.
  bool remove();

 private:
  /// Throws InvalidArgumentError when this was moved from.
  [[nodiscard]] OwnedObject& object() const;

  std::shared_ptr<OwnedObject> object_;
};

}  // namespace drydock
