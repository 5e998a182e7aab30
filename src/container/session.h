// The session of this process: what labels the objects that it creates, so that they can be found again and
// their owner told. Thread-safe; a forked child gets a session of its own.
#pragma once

#include <optional>
#include <string>

#include "drydock/docker/types.h"

#include "container/owner.h"

namespace drydock {

namespace label {
inline constexpr const char* kSession = "drydock.session";
inline constexpr const char* kOwner = "drydock.owner";
inline constexpr const char* kParent = "drydock.parent";  ///< the owner whose child process this owner is
inline constexpr const char* kTest = "drydock.test";
inline constexpr const char* kNonce = "drydock.nonce";      ///< one for each create
inline constexpr const char* kCreated = "drydock.created";  ///< seconds since the epoch, by the owner's clock
}  // namespace label

struct Session {
  std::string id{};  ///< random, or DRYDOCK_SESSION to join one
  Owner owner{};
  std::optional<Owner> parent{};  ///< of a forked child, or of a death test's re-run child
};

/// Returns this process's session. Throws InvalidArgumentError when DRYDOCK_SESSION is not made of at most 64
/// letters, digits, '.', '_' and '-'.
[[nodiscard]] Session current_session();

/// Makes sure that a child forked from now on knows this process as its parent. Reads /proc at most; never
/// throws for a bad DRYDOCK_SESSION.
void remember_this_process();

/// What tells one new object apart: its labels and, when it was given no name, its name.
struct NewObject {
  std::string nonce{};
  std::string unique_name{};  ///< "drydock-SESSION-NONCE", eight characters of each
  Labels labels{};
};

/// Returns a new nonce, and the labels and name that go with it.
[[nodiscard]] NewObject new_object();

}  // namespace drydock
