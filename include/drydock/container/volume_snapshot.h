// A copy of a named volume's contents, to put them back later: with reset::FromSnapshot, or by restore().
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace drydock {

class TestContainer;

struct VolumeSnapshotOptions {
  bool pause{true};                         ///< stop the container's processes meanwhile, if it runs
  std::size_t limit{std::size_t{1} << 30};  ///< bytes that the copy may have
  std::chrono::milliseconds timeout{std::chrono::minutes{5}};  ///< whole, for the copying and each restoring
};

/// Holds the copy in this process's memory: nothing at the engine. Cheap to copy; thread-safe. It makes use
/// of a helper container of the container's own image that is never started, so the image needs no shell.
class VolumeSnapshot {
 public:
  /// Copies the volume `volume`, which `container` need not use. What the container wrote but a moment ago is
  /// as on a disk whose machine lost power, unless it was stopped before. Throws EngineError NotFound when
  /// there is no such volume, ProtocolError ResponseTooLarge past the limit.
  VolumeSnapshot(const TestContainer& container, const std::string& volume,
                 const VolumeSnapshotOptions& options = {});

  [[nodiscard]] const std::string& volume() const noexcept;
  /// Returns the size of the copy in this process's memory.
  [[nodiscard]] std::size_t bytes() const noexcept;

  /// Makes the volume anew, with the name, driver and labels that it had, and puts the contents in: owners,
  /// modes and links too. The volume may be gone. Throws EngineError Conflict while any container uses it,
  /// stopped ones too; the volume is then as it was. When a later step throws, the volume's contents are
  /// lost.
  void restore() const;

 private:
  struct Copy;

  std::shared_ptr<const Copy> copy_;
};

}  // namespace drydock
