// One `sh` that stands in a container, and the upgraded connection to it. It ends with its input: when this
// is destroyed, or the process dies. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>

#include "drydock/base/deadline.h"
#include "drydock/docker/client.h"
#include "drydock/transport/exchange.h"

#include "container/shell_script.h"

namespace drydock {

class ShellConnection {
 public:
  /// Starts it and hears what it can; two requests. Throws Error CommandNotStarted when the container has no
  /// `sh` or no `cat` (`image` is named in the message), TimeoutError, EngineError ContainerExited when the
  /// container died meanwhile, and what Execs::create() and start() throw.
  ShellConnection(const Client& client, std::string container, const std::string& image, Deadline deadline);
  ShellConnection(const ShellConnection&) = delete;
  ShellConnection& operator=(const ShellConnection&) = delete;
  ~ShellConnection() = default;

  /// Returns whether a command may be given to it: this process started it, it has not ended, and it owes
  /// nothing.
  [[nodiscard]] bool is_usable() noexcept;

  [[nodiscard]] const shell_script::Abilities& abilities() const noexcept { return abilities_; }
  [[nodiscard]] const ExecId& exec_id() const noexcept { return exec_id_; }
  /// Returns the stream; who has made it of no further use resets it.
  [[nodiscard]] std::unique_ptr<Duplex>& stream() noexcept { return stream_; }

 private:
  void hear(const Client& client, const std::string& image, Deadline deadline);
  [[noreturn]] void throw_no_shell(const Client& client, const std::string& image, const std::string& words,
                                   Deadline deadline) const;

  const std::string container_;
  const pid_t process_;
  ExecId exec_id_{};
  std::unique_ptr<Duplex> stream_{};
  shell_script::Abilities abilities_{};
};

}  // namespace drydock
