// The words for commands that were given up, however they were run. Pure.
#pragma once

#include <string>

#include "drydock/container/exec.h"

namespace drydock {

/// Returns "command 'ls -l' in container 'x'", without secrets.
[[nodiscard]] std::string describe_command(const ExecResult& result);
/// Returns "; its last output: '...'" with the end of stderr, else of stdout; empty when there is neither.
[[nodiscard]] std::string describe_tail(const ExecResult& result);
[[nodiscard]] ErrorContext exec_context(const ExecResult& result);

[[noreturn]] void throw_exec_timeout(const ExecOptions& options, ExecResult result);
[[noreturn]] void throw_output_limit(const ExecOptions& options, ExecResult result);

}  // namespace drydock
