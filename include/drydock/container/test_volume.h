// A guard for a named volume, under the same rules as TestContainer. A volume must outlive the containers
// that use it: declare it before them.
#pragma once

#include <memory>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

class OwnedObject;

/// Owns a named volume.
class [[nodiscard]] TestVolume {
 public:
  /// An empty name is made unique. Throws EngineError Conflict when a volume of that name stands already: the
  /// engine would hand it out as if it were new, and the guard would then remove what is not its own.
  explicit TestVolume(VolumeConfig config = {}, Client client = Client::from_environment());
  TestVolume(TestVolume&&) noexcept = default;
  TestVolume& operator=(TestVolume&&) noexcept;
  TestVolume(const TestVolume&) = delete;
  TestVolume& operator=(const TestVolume&) = delete;
  ~TestVolume();

  [[nodiscard]] const std::string& name() const;
  /// Removes it now; returns false when it was gone already. Throws EngineError Conflict while a container
  /// uses it.
  bool remove();

 private:
  /// Throws InvalidArgumentError when this was moved from.
  [[nodiscard]] OwnedObject& object() const;

  std::shared_ptr<OwnedObject> object_;
};

}  // namespace drydock
