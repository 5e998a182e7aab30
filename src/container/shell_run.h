// One run of one command through a standing shell, with the results and errors of a plain exec (exec_run.h).
// Not thread-safe; used once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drydock/container/exec.h"
#include "drydock/docker/client.h"

#include "container/exec_killer.h"
#include "container/exec_output.h"
#include "container/shell_connection.h"
#include "container/shell_turn.h"

namespace drydock {

class ShellRun {
 public:
  /// All must outlive this. `shell` is usable.
  ShellRun(const Client& client, const std::string& container, ShellConnection& shell,
           const std::vector<std::string>& argv, const ExecOptions& options);

  /// Runs the command; see Shell::run(). Nothing: it was not started, so that a plain exec may be. Whatever
  /// it is, ShellConnection::is_usable() says whether there is another turn with the shell.
  std::optional<ExecResult> run(Deadline::Clock::time_point start);

 private:
  ShellTurn::End drain(ShellTurn& turn) const;
  bool settle(const ShellTurn& turn);
  [[nodiscard]] bool read_status(const std::string& status);
  void check_container() const;
  [[noreturn]] void throw_unknown_end(const std::string& why) const;
  ExecResult give_up(ShellTurn& turn, ShellTurn::End end);
  void end_command(ShellTurn& turn);
  ExecResult finish();

  const Client& client_;
  const std::string& container_;
  ShellConnection& shell_;
  const ExecOptions& options_;
  MarkedExec exec_;
  ExecResult result_{};
  ExecOutput output_;
  Deadline::Clock::time_point start_{};
};

}  // namespace drydock
