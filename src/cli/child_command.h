// Runs a command as a child that stands for this process: signals that this process is sent reach it, and it
// does not outlive this process.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace drydock::cli {

inline constexpr int kCannotExecute = 126;
inline constexpr int kNoSuchCommand = 127;
inline constexpr int kEndedBySignal = 128;  ///< plus the signal's number

struct ChildCommand {
  std::vector<std::string> argv{};           ///< found in PATH, like a shell does
  std::map<std::string, std::string> env{};  ///< beside this process's own
  bool stdout_to_stderr{false};
};

/// Runs the command to its end and returns its exit code; 128 plus the signal's number when one ended it; 126
/// or 127, having said so on stderr, when it could not be started. SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1
/// and SIGUSR2 are passed on, but for those that a terminal has sent the child, too, and those that are
/// ignored here. When this process is killed the child is sent SIGTERM. To be called by the main thread, by
/// one at a time. Throws std::system_error when there are no descriptors or processes left. No limit on time.
[[nodiscard]] int run_child(const ChildCommand& command);

}  // namespace drydock::cli
