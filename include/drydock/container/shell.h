// The standing shell: one `sh` that stays in a container and runs a command in a few milliseconds, where an
// exec costs the engine fifty and more.
//
// What it gives is what exec() gives: each command is a process of its own, with its own stdin, stdout,
// stderr, environment and directory, so that none disturbs the next one. These things differ:
// - it is a child of `sh`, in a session of its own where the image has `setsid`; with exec its parent is
//   outside the container. A command that kills its parent, or the shell, has an unknown exit code: an error;
// - the container's image must have `sh` and `cat`; two of each wait there for the next command;
// - a file that is executable but cannot be run as a program (no `#!`, or one whose interpreter is not there)
//   may be run by `sh` itself, or fails in the shell's words and not in the engine's;
// - the pipes of stdout and stderr serve all commands: owner and mode that one gives /dev/stdout stay, and a
//   shell that may not open them any more ends, with an error for that command.
//
// A plain exec takes a command's place, with the same result, where the shell cannot run it: options `user`,
// `privileged`, `tty`, `input_source` or ExecEnds::WithProcess; more than some 64 KiB of arguments,
// environment and input together; a program or directory that is not there; and while another thread's
// command, or a sink's caller, occupies the shell.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drydock/container/exec.h"

namespace drydock {

class StandingShell;

/// Keeps one `sh` in a container, which TestContainer::shell() starts. Move-only, thread-safe. It is started
/// again, by one exec, when it was killed, and after the container's stop, pause, restart or reset; a forked
/// child starts one of its own. Its destructor ends it, and leaves what the commands left.
class [[nodiscard]] Shell {
 public:
  Shell(Shell&& other) noexcept;
  Shell& operator=(Shell&& other) noexcept;
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell();

  /// Runs `argv` like run_exec(), with the same options, results and errors. Throws beyond them Error
  /// CommandFailed when the exit code is unknown, for the shell was killed under the command: it may have
  /// taken effect, and is not run again. A timeout ends the command and what it started, and the shell stays.
  /// options.mode has no meaning here.
  ExecResult run(const std::vector<std::string>& argv, const ExecOptions& options = {});
  /// Runs a script by a `sh -c` of its own.
  ExecResult sh(const std::string& script, const ExecOptions& options = {});

 private:
  friend class TestContainer;

  explicit Shell(std::unique_ptr<StandingShell> shell) noexcept;

  std::unique_ptr<StandingShell> shell_;
};

}  // namespace drydock
