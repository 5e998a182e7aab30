// How often a soak test does what it does.
#pragma once

#include <cstdlib>

namespace drydock {

/// Returns `rounds`, and a tenth of it in a sanitized build, which sees with each round what a plain one sees
/// only when it has added up.
[[nodiscard]] constexpr int soak_rounds(int rounds) noexcept {
#ifdef DRYDOCK_SANITIZED
  return rounds / 10;
#else
  return rounds;
#endif
}

/// Returns the number that DRYDOCK_SOAK_ROUNDS sets, else soak_rounds(rounds). For tests that a person may
/// want to run for longer than a whole run of the tests can.
[[nodiscard]] inline int chosen_soak_rounds(int rounds) {
  const char* const text = std::getenv("DRYDOCK_SOAK_ROUNDS");
  return text == nullptr ? soak_rounds(rounds)
                         : std::atoi(text);  // NOLINT(cert-err34-c): 0 fails where it is used
}

}  // namespace drydock
