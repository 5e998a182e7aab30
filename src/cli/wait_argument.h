// What --wait takes: a readiness condition as text. docs/tool.md has the list. Pure.
#pragma once

#include <string_view>

#include "drydock/container/wait.h"

namespace drydock::cli {

/// Parses `log:TEXT`, `log*N:TEXT`, `port`, `port:N`, `http`, `http:N`, `http:N/PATH`, `http:/PATH`,
/// `healthy`, `exec:COMMAND`, `exited` and `exited:CODE`. Throws InvalidArgumentError naming the text, what
/// is wrong with it and what to write.
[[nodiscard]] wait::Condition parse_wait(std::string_view text);

}  // namespace drydock::cli
