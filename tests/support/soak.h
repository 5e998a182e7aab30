// How often a soak test does what it does.
#pragma once

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

}  // namespace drydock
