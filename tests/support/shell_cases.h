// Commands that a standing shell must run as an exec does, and that do what they can to disturb it.
#pragma once

#include <string>
#include <vector>

#include "drydock/container/exec.h"

namespace drydock {

struct ShellCase {
  std::string name{};
  std::vector<std::string> argv{};
  ExecOptions options{};
};

/// Returns the cases: what they print is the same each time, whoever runs them, and in any POSIX sh.
[[nodiscard]] std::vector<ShellCase> shell_cases();

/// Returns bytes of every value, the same for the same seed.
[[nodiscard]] std::string noise(std::size_t size, unsigned seed);

}  // namespace drydock
