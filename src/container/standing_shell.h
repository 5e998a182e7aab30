// A shell that commands are run through where it can run them, and that is started when it is first needed,
// and again when it is of no use any more.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "drydock/container/exec.h"
#include "drydock/docker/client.h"

#include "container/shell_connection.h"
#include "container/shell_target.h"

namespace drydock {

/// Thread-safe: a command that finds the shell occupied is run by a plain exec. Blocks nobody.
class StandingShell {
 public:
  StandingShell(Client client, std::shared_ptr<const ShellTarget> target);
  StandingShell(const StandingShell&) = delete;
  StandingShell& operator=(const StandingShell&) = delete;
  ~StandingShell() = default;

  /// Starts the shell now. Throws what ShellConnection's constructor throws.
  void open(Deadline deadline);

  /// Runs a command through the shell or, where that cannot be, by run_exec(); see Shell::run().
  ExecResult run(const std::vector<std::string>& argv, const ExecOptions& options);

 private:
  class Lease;
  struct Held {
    std::unique_ptr<ShellConnection> connection{};
    std::uint64_t era{0};
  };

  std::optional<ExecResult> try_run(const ShellTarget::Aim& aim, const std::vector<std::string>& argv,
                                    const ExecOptions& options, Deadline::Clock::time_point start);
  [[nodiscard]] bool connect(Lease& lease, const ShellTarget::Aim& aim, Deadline deadline);

  const Client client_;
  const std::shared_ptr<const ShellTarget> target_;
  std::mutex mutex_{};
  bool occupied_{false};
  Held held_{};
  std::optional<std::uint64_t> useless_in_{};  // an era whose container has no shell; of who occupies it
};

}  // namespace drydock
