// When a circuit breaker opens, and for how long. A value; see circuit_breaker.h for its use.
#pragma once

#include <chrono>

namespace drydock {

struct CircuitBreakerOptions {
  int threshold{5};  ///< failures in a row that open the circuit; 0: it never opens
  /// How long an open circuit refuses before it lets one call through to try.
  std::chrono::milliseconds cooldown{std::chrono::seconds{1}};

  friend bool operator==(const CircuitBreakerOptions&, const CircuitBreakerOptions&) = default;
};

}  // namespace drydock
