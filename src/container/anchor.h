// A container that does nothing but hold a network for another one, which joins it, and for that one's
// successors: see standing_network.h. What holds the anchor last removes it. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

namespace drydock {

class OwnedObject;

/// Returns the spec of the anchor for a container of `spec` that goes by the name `name`: ports, networks,
/// host name and name resolution. On networks it goes by the container's name, too. Pure.
[[nodiscard]] ContainerSpec anchor_spec(const ContainerSpec& spec, const std::string& name,
                                        const std::string& image);

/// Returns what is left of `spec` for the container itself, which joins the anchor's network. Pure.
[[nodiscard]] ContainerSpec joined_spec(ContainerSpec spec, const ContainerId& anchor);

class Anchor {
 public:
  /// Creates and starts the anchor for a container of `spec`, whose host access is written out already.
  /// Throws like create_by_policy() and the client; nothing is left then. Blocks at most twice
  /// spec.start_timeout.
  [[nodiscard]] static std::shared_ptr<Anchor> raise(const Client& client, const ContainerSpec& spec,
                                                     const std::string& name);

  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;
  /// Removes the anchor, unless keep() or release() was called. In the process that raised it only.
  ~Anchor();

  [[nodiscard]] const ContainerId& id() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const Client& client() const noexcept;

  /// Writes what the anchor holds, host name, published ports and networks, over what the engine says of a
  /// container that has joined it.
  void lend(ContainerDetails& details) const;

  /// Leaves it at the engine for a look, and safe from sweeps: by its label, or by a new name. Throws what
  /// the engine says.
  void keep();
  /// Ends ownership without removal, like OwnedObject::release().
  void release() noexcept;

 private:
  Anchor(std::shared_ptr<OwnedObject> object, std::string nonce, bool labelled_kept);

  void start(const ContainerSpec& spec, Deadline deadline);

  const std::shared_ptr<OwnedObject> object_;
  const std::string nonce_;
  const bool labelled_kept_;
  ContainerDetails seen_{};  // once it ran
};

/// Shared by a container's guard and whoever replaces the container; null without a standing network.
using AnchorPtr = std::shared_ptr<Anchor>;

}  // namespace drydock
