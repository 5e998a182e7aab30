// The third line of defence: removes what owners that no longer live left at the engine, because their
// machine went down, or their watchdog with them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "drydock/docker/client.h"

namespace drydock {

struct SweepOptions {
  bool dry_run{false};    ///< only say what would be removed
  bool kept{false};       ///< what was left for a look, too, unless its owner lives, or may live elsewhere
  bool images{true};      ///< images that were made of containers, too
  std::string session{};  ///< only this session's; empty: every session's
};

/// An object that a sweep removed, or would have.
struct SweptObject {
  std::string kind{}, id{}, name{};  ///< kind: "container", "network", "volume", "image"
  std::string session{}, test{};     ///< as labelled when it was made
  std::string owner{};               ///< "host:boot:pid namespace:pid:start time"
  std::string reason{};              ///< "dead", "expired", "kept"
  bool removed{false};               ///< false also when it was gone already
  std::string problem{};             ///< why it could not be removed
};

struct SweepReport {
  std::vector<SweptObject> objects{};
  std::size_t kept{0};   ///< objects that stay because they were left for a look, or a kept one uses them
  std::size_t alive{0};  ///< objects whose owner lives, or may live elsewhere

  /// Returns how many could not be removed.
  [[nodiscard]] std::size_t failed() const noexcept;
};

/// Removes containers, then networks, volumes and images, whose labels name an owner that lives no more: a
/// process of this machine that has ended, or that ran before the last boot. What a process of another
/// machine or of another pid namespace made stays until its time to live is over (DRYDOCK_TTL when it was
/// made, seconds, six hours by default). What has no such labels is never touched. A failure to remove one
/// object is in the report and does not keep the others. Throws what the lists throw. Blocks at most until
/// the deadline, 60 s when unset.
SweepReport sweep(const Client& client, const SweepOptions& options = {}, Deadline deadline = {});

}  // namespace drydock
