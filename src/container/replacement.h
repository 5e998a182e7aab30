// One container in another's place, under the same guard object: what reset(Recreate), reset(FromSnapshot)
// and a suite's fresh containers have in common. One thread at a time for each container.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drydock/container/test_container.h"
#include "drydock/container/volume_snapshot.h"

namespace drydock {

class Anchor;
class ContainerGuard;

/// A container that is created, and not started, on the standing network of another, whose place it is to
/// take. Move-only. Its destructor removes the container, unless it has taken the place.
class Successor {
 public:
  Successor() = default;
  explicit Successor(std::shared_ptr<ContainerGuard> guard) noexcept;
  Successor(Successor&& other) noexcept = default;
  Successor& operator=(Successor&& other) noexcept;
  Successor(const Successor&) = delete;
  Successor& operator=(const Successor&) = delete;
  ~Successor();

  /// Returns whether there is one for a container on the network of `anchor`.
  [[nodiscard]] bool is_on(const Anchor* anchor) const noexcept;
  /// Gives the guard up; null where there is none.
  [[nodiscard]] std::shared_ptr<ContainerGuard> take() noexcept;

 private:
  void end() noexcept;

  std::shared_ptr<ContainerGuard> guard_;
};

/// Creates a successor of the container of `guard`, while that is used; an empty one where that cannot be:
/// without a standing network, with a name of the spec's own, which two cannot have, and under a bound on
/// containers. One request. Throws like a create.
[[nodiscard]] Successor create_successor(ContainerGuard& guard);

struct Replacement {
  std::string image{};                    ///< empty: the spec's own, with its files
  std::vector<VolumeSnapshot> volumes{};  ///< restored in between
  Successor successor{};                  ///< started where it can be; else one is created
  /// End the old one as its guard's destructor does: it may be kept for a look.
  bool as_by_destructor{false};
};

/// Removes the container of `box` and lets `box` stand for a new one, ready when this returns: on the same
/// network, where that is a standing one and nothing of the old one is left in it. With Removal::Background
/// and a standing network the old one's removal goes on behind, once its processes have ended. Throws like
/// TestContainer::reset().
void replace(TestContainer& box, Replacement how);

}  // namespace drydock
