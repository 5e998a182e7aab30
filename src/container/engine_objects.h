// The kinds of engine object that Drydock makes, behind one face: find by label, remove, and create so
// that a lost answer leaves nothing behind. Free functions; thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "drydock/docker/client.h"

namespace drydock {

enum class ObjectKind { Container, Network, Volume, Image };

/// All kinds in the order in which they can be removed: a container uses the others.
inline constexpr std::array kRemovalOrder{ObjectKind::Container, ObjectKind::Network, ObjectKind::Volume,
                                          ObjectKind::Image};

[[nodiscard]] const char* to_string(ObjectKind kind) noexcept;  // "container", ...

struct EngineObject {
  ObjectKind kind{ObjectKind::Container};
  std::string id{};      ///< of a volume: its name
  std::string name{};    ///< an image's first tag; empty when it has none
  std::string image{};   ///< Container: what it was made from
  std::string status{};  ///< Container: "Up 3 seconds (healthy)"
  Labels labels{};
};

/// Returns the objects that carry the label, running or not. `filter` is "key=value" or "key" and never
/// empty: an engine takes an empty filter to match everything. One request.
[[nodiscard]] std::vector<EngineObject> find_objects(const Client& client, ObjectKind kind,
                                                     const std::string& filter, Deadline deadline = {});

/// Removes it, killed first if it runs. Returns false when it was gone already. Throws EngineError while
/// something uses it.
bool remove_object(const Client& client, ObjectKind kind, const std::string& id, Deadline deadline = {});

/// A create whose answer was lost and whose object was not found since: it may still come to be.
struct LostCreate {
  Client client;
  ObjectKind kind{ObjectKind::Container};
  std::string nonce{};
};

/// Removes what a lost create made after all; never throws, reports through the log.
void remove_lost(const LostCreate& lost) noexcept;

/// How often a lost create's object is looked for.
struct LookupPace {
  int attempts{3};  ///< a create that was in flight was seen to appear 605 ms later
  std::chrono::milliseconds pause{300};
};

/// Calls `create`, which makes one request and labels its object with `nonce`, and returns the id. When the
/// answer is lost, looks the object up by its nonce: after a broken connection it is taken over, after a
/// passed deadline it is removed. What is not found is left to Registry for a last look. Rethrows what
/// `create` threw.
std::string create_object(const Client& client, ObjectKind kind, const std::string& nonce,
                          const std::function<std::string()>& create, const LookupPace& pace = {});

}  // namespace drydock
