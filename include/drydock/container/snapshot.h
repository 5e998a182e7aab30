// An image of a prepared container's file system, to start others from.
//
//   const Snapshot prepared = box.snapshot();
//   const TestContainer copy{{.image = prepared.image(), .command = {"serve"}}};
//
// The image is the container's own image with the file system that the container has now. Of the container's
// spec nothing else is in it: not the environment, which may hold secrets, nor the command, ports, labels or
// user; the spec of the next container gives them again. ContainerSpec::files, and what commands wrote, are
// part of the file system: a secret in a file is in the image. Volumes, tmpfs mounts, processes and memory
// are not.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace drydock {

class OwnedObject;
class TestContainer;

struct SnapshotOptions {
  bool pause{true};                                            ///< stop the container's processes meanwhile
  std::chrono::milliseconds timeout{std::chrono::minutes{5}};  ///< whole
};

/// Owns the image, under the same rules as TestContainer. It must outlive the containers that are made from
/// it: declare it before them.
class [[nodiscard]] Snapshot {
 public:
  /// Copies the container's file system. Throws EngineError: NotFound when the container is gone, Unsupported
  /// when the engine can only make an image that keeps the container's environment. Whatever throws, nothing
  /// is left behind.
  explicit Snapshot(const TestContainer& container, const SnapshotOptions& options = {});
  Snapshot(Snapshot&&) noexcept = default;
  Snapshot& operator=(Snapshot&&) noexcept;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

  /// Returns the image's reference, for ContainerSpec::image.
  [[nodiscard]] const std::string& image() const;
  /// Removes it now; returns false when it was gone already. Throws EngineError Conflict while a running
  /// container uses it.
  bool remove();

 private:
  /// Throws InvalidArgumentError when this was moved from.
  [[nodiscard]] OwnedObject& object() const;

  std::shared_ptr<OwnedObject> object_;
};

}  // namespace drydock
