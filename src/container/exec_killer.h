// Ends an exec's command for good. The Engine API cannot: a closed stream leaves the command running. So each
// exec marks its environment, which its children inherit, and a second exec finds all marked processes in
// /proc and kills them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

/// What it takes to find an exec's processes again.
struct MarkedExec {
  std::string container{};
  ExecId id{};
  std::string marker{};  ///< the value of kExecMarker in its environment
  std::string user{};    ///< as which it runs
  bool privileged{false};
};

struct KillOutcome {
  bool ended{false};
  std::optional<std::int64_t> exit_code{};  ///< the engine's word, when there is one
  std::string note{};                       ///< "ended by SIGKILL", or that it may still run, and why
};

/// Kills the command and what it started, and waits until the engine confirms its end. Its stream must be
/// closed: while output waits there that nobody reads, the engine does not run a second exec. Blocks at most
/// 5 s. Never throws for what the engine says: the note has it.
[[nodiscard]] KillOutcome kill_exec(const Client& client, const MarkedExec& exec);

/// The killing alone, for a command whose end is told by somebody else: returns an empty text, or why it did
/// not work. Never throws for what the engine says.
[[nodiscard]] std::string kill_marked(const Client& client, const MarkedExec& exec, Deadline deadline);

/// Returns what is to be said of a killed command that runs, or has ended, by now; `problem` is what
/// kill_marked() returned.
[[nodiscard]] KillOutcome judge_kill(bool running, std::optional<std::int64_t> exit_code,
                                     const std::string& problem);

/// Ends the command when it goes out of scope without release(): when a sink or the connection failed.
class ExecKillGuard {
 public:
  /// All must outlive this. The stream is closed first: see kill_exec().
  ExecKillGuard(const Client& client, const MarkedExec& exec, std::unique_ptr<Duplex>& stream)
      : client_(client), exec_(exec), stream_(stream) {}
  ExecKillGuard(const ExecKillGuard&) = delete;
  ExecKillGuard& operator=(const ExecKillGuard&) = delete;
  ~ExecKillGuard();

  void release() noexcept { armed_ = false; }

 private:
  const Client& client_;
  const MarkedExec& exec_;
  std::unique_ptr<Duplex>& stream_;
  bool armed_{true};
};

}  // namespace drydock
