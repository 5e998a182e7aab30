// What a standing shell is told, in POSIX sh with no tools but `cat`: the functions that it begins with, and
// the text of each command. See shell_turn.h for what comes back. Pure.
//
// The shell itself only runs functions. A command is started in a subshell, in the foreground, so that
// neither its builtins nor its signals' settings reach it; its stdin is its own, its stdout and stderr are
// pipes, which a `cat` each relays. So what a background child prints late holds up the command's end, as it
// does with an exec, and cannot reach the next command's output: when both relays have ended nobody holds
// these pipes. The relays of the next command are started when the one before has been answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drydock/container/exec.h"

namespace drydock::shell_script {

/// Returns a mark that no command can guess, to tell a command's output from what the shell says.
[[nodiscard]] std::string random_mark();

/// Returns the command of the exec that is the shell. It makes the pipes, and the shell proper, its child.
[[nodiscard]] std::vector<std::string> argv();

/// Returns what the shell is told first. It answers on stdout, between its marks, its environment as the
/// engine made it; with its end letters for what it found: c(at), e(nv).
[[nodiscard]] std::string beginning(std::string_view mark);

/// What the shell's beginning found.
struct Abilities {
  bool has_cat{false};
  bool has_env{false};
  std::vector<std::string> restored{};  ///< NAME=VALUE of the environment that a shell drops or changes
};

/// Reads the answer to beginning(): the bytes between the marks, and the end's letters.
[[nodiscard]] Abilities read_abilities(std::string_view environment, std::string_view letters);

/// A status begins with this when the command was not started: no program, no directory.
inline constexpr char kNotStarted = 'N';

/// Returns whether a shell can run the command as an exec would, whatever the container.
[[nodiscard]] bool is_served(const std::vector<std::string>& argv, const ExecOptions& options);

/// Returns the text that runs a command for which is_served(); its end says the exit code. Empty when this
/// container's shell cannot, or the text is too long. `id` is the value of DRYDOCK_EXEC_ID in its
/// environment.
[[nodiscard]] std::string command(std::string_view mark, std::string_view id,
                                  const std::vector<std::string>& argv, const ExecOptions& options,
                                  const Abilities& abilities);

/// Returns bytes as the format word of a printf(1), quoted.
[[nodiscard]] std::string printf_word(std::string_view bytes);

}  // namespace drydock::shell_script
