// A service: a container that one program brings up, others use, and another takes down; between them goes a
// state file. This is the work of `drydock up` and `drydock down`; attach() is the third.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "drydock/container/spec.h"
#include "drydock/docker/client.h"

#include "container/service_state.h"

namespace drydock {

struct ServiceOrder {
  std::string name{};
  ContainerSpec spec{};
  std::string state{};  ///< path of the state file; "{session}" stands for the run
  std::optional<pid_t>
      keep_until{};  ///< the process whose end ends the service; else the run; else nobody's does
};

/// Returns the service's state, having brought it up and written the file. Where the file names a container
/// that runs, of the same order and owner, that is awaited and returned. Another one is replaced, unless an
/// owner that lives has it. What files of dead runs stand beside are removed. Throws InvalidArgumentError for
/// a bad order, EngineError, and ContainerStartError; nothing is left behind then. A program that is killed
/// meanwhile leaves what it started to the next one that works on the file, by a note beside it, where no
/// owner's end removes it. Blocks like
/// TestContainer's constructor, and while another program of this user works on the same file: TimeoutError
/// after ten minutes.
[[nodiscard]] ServiceState bring_service_up(const Client& client, ServiceOrder order);

struct TakenDown {
  std::optional<ServiceState> state{};  ///< empty: there was no state file
  bool was_there{false};                ///< the container was still at the engine
};

/// Removes the service's container and the file. `name` empty: whatever service the file is of. `client`
/// null: the engine that the file names. Throws InvalidArgumentError for a file of another service, or one
/// that names a container that is not Drydock's. Waits for others that work on the file, like the above.
[[nodiscard]] TakenDown take_service_down(const Client* client, const std::string& name,
                                          const std::string& path);

}  // namespace drydock
