// The labels that every object of Drydock's carries at the engine.
#pragma once

#include <string>

#include "drydock/docker/types.h"

namespace drydock {
namespace label {

inline constexpr const char* kSession = "drydock.session";
inline constexpr const char* kOwner = "drydock.owner";  ///< Owner::to_text() of the process that made it
inline constexpr const char* kTest = "drydock.test";
inline constexpr const char* kNonce = "drydock.nonce";      ///< one for each create
inline constexpr const char* kCreated = "drydock.created";  ///< seconds since the epoch, by the owner's clock
inline constexpr const char* kTtl =
    "drydock.ttl";  ///< seconds after which an owner that cannot be seen counts as dead
inline constexpr const char* kKeep = "drydock.keep";  ///< left for a look; the value says at whose wish

inline constexpr const char* kShared = "drydock.shared";  ///< SharedKey::text of a shared container
inline constexpr const char* kCreator =
    "drydock.creator";  ///< Owner::to_text() of the process that starts a shared container

inline constexpr const char* kRole = "drydock.role";  ///< what a container is for that no user asked for
inline constexpr const char* kAnchor = "anchor";      ///< a role: it holds a network

}  // namespace label

/// Returns a label's value; empty when there is none.
[[nodiscard]] inline std::string value_of(const Labels& labels, const char* key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string{} : found->second;
}

}  // namespace drydock
