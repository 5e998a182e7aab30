// The session of this process: what labels the objects that it creates, so that they can be found again and
// their owner told. Thread-safe; a forked child gets a session of its own.
#pragma once

#include <optional>
#include <string>

#include "drydock/docker/types.h"

#include "container/labels.h"
#include "container/owner.h"

namespace drydock {

struct Session {
  std::string id{};  ///< random, or DRYDOCK_SESSION to join one
  Owner owner{};
};

/// Returns this process's session. Throws InvalidArgumentError when DRYDOCK_SESSION is not made of at most 64
/// letters, digits, '.', '_' and '-'.
[[nodiscard]] Session current_session();

/// Returns what DRYDOCK_SESSION says; empty when it is unset or empty. Throws like current_session().
[[nodiscard]] std::optional<std::string> joined_session();

/// What tells one new object apart: its labels and, when it was given no name, its name.
struct NewObject {
  std::string nonce{};
  std::string unique_name{};  ///< "drydock-SESSION-NONCE", eight characters of each
  Labels labels{};
  bool kept{false};  ///< by DRYDOCK_KEEP=always; the labels say so, too
};

/// Returns a new nonce, and the labels and name that go with it. Throws like current_session() and
/// keep_policy(), and InvalidArgumentError when DRYDOCK_TTL is not a number of seconds from 1 to 31,536,000
/// (a year).
[[nodiscard]] NewObject new_object();
/// The same for an object of another session than this process's.
[[nodiscard]] NewObject new_object(const Session& session);

}  // namespace drydock
