// All that this process owns at the engine, so that the end of the program can remove what no destructor
// reached: `std::exit` in a test body does not unwind the stack. Thread-safe; a forked child has one of its
// own, which starts empty.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "drydock/base/deadline.h"

#include "container/engine_objects.h"

namespace drydock {

class OwnedObject;

class Registry {
 public:
  /// Never destroyed: guards with static storage use it while the program ends.
  static Registry& of_this_process();

  /// Registers the drain with std::atexit, once. To be called before the first guard is made: what has static
  /// storage is then destroyed first, and the drain finds only what has no destructor to come. Negotiates
  /// the API version first, which the create would do anyway. Throws what that throws.
  static void drain_at_exit(const Client& client);

  explicit Registry(const Registry* /*inherited*/) {}

  void add(const std::shared_ptr<OwnedObject>& object);
  void forget(const OwnedObject& object) noexcept;
  /// Takes over an object whose removal failed.
  void abandon(std::shared_ptr<OwnedObject> object);
  /// Remembers a create that may have made an object that was not found.
  void suspect(const LostCreate& lost);

  /// Returns what is held, oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<OwnedObject>> held() const;

  /// Tries again, in silence, to remove the networks and volumes that were abandoned.
  void retry_abandoned() noexcept;

  /// Removes everything: containers, then networks, then volumes. What fails is reported through the log.
  void drain() noexcept;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<OwnedObject>> objects_;
  std::vector<std::shared_ptr<OwnedObject>> abandoned_;
  std::vector<LostCreate> lost_;
};

}  // namespace drydock
