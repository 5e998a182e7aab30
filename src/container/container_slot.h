// The bound on containers that are alive at once, DRYDOCK_MAX_CONTAINERS, across the processes of this user
// on this machine, for each engine. Not counted: networks, volumes, and containers that a run owns.
// Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/base/source_location.h"
#include "drydock/docker/client.h"

#include "container/state_lock.h"

namespace drydock {

/// A right to have one container. Lasts as long as the object; the kernel ends it with the process.
class ContainerSlot {
 public:
  explicit ContainerSlot(StateLock lock) : lock_(std::move(lock)) {}

 private:
  StateLock lock_;
};

/// Null where there is no bound. Shared, so that a container that replaces another takes over its slot.
using ContainerSlotPtr = std::shared_ptr<const ContainerSlot>;

/// Returns the bound; 0 where DRYDOCK_MAX_CONTAINERS is unset or empty. Throws InvalidArgumentError when it
/// is no number from 1 to 10,000.
[[nodiscard]] std::size_t most_containers();

/// Waits for a slot for a container of `image`. Null, at no cost, where there is no bound. Throws
/// InvalidArgumentError like most_containers(), and TimeoutError that says who holds the slots.
[[nodiscard]] ContainerSlotPtr take_slot(const Client& client, const std::string& image, Deadline deadline,
                                         SourceLocation where = {});

/// Returns whether take_slot() need not wait now. For threads that have other work meanwhile.
[[nodiscard]] bool is_slot_free(const Client& client);

/// Keeps the slot until the process ends, for a container that no guard will remove.
void keep_slot(ContainerSlotPtr slot);

}  // namespace drydock
