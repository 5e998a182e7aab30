// The exchange that tries again, and that stops trying: retries and the circuit breaker round another
// exchange. Thread-safe when that one is.
//
// What is repeated: a call whose connection could not be made, for nothing was sent; and a call that was sent
// and not answered, where doing it twice is the same as doing it once: GET, HEAD, DELETE and what says
// Request::safe_to_repeat. The same calls are repeated when a gateway answers for the engine (502, 503, 504).
// No other answer is: a refusal is an answer. A stream of which a piece was handed on is not repeated. One
// deadline bounds all attempts; a timeout ends the call.
//
// The breaker counts each attempt whose connection failed; any answer resets it. A call that comes to an open
// circuit is refused at once; one that is under way when the circuit opens goes through its attempts, for its
// caller asked for so many.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "drydock/base/clock.h"
#include "drydock/resilience/circuit_breaker.h"
#include "drydock/resilience/retry.h"
#include "drydock/resilience/retry_policy.h"
#include "drydock/transport/exchange.h"

namespace drydock {

class ResilientExchange final : public Exchange {
 public:
  struct Options {
    RetryPolicy retry{};
    CircuitBreakerOptions breaker{};
    Clock* clock{nullptr};             ///< null: Clock::steady()
    std::function<double()> random{};  ///< in [0, 1); empty: the kernel's randomness
  };

  /// `engine` is the endpoint as text, for messages and labels. Throws InvalidArgumentError for options that
  /// make no sense.
  ResilientExchange(std::shared_ptr<Exchange> inner, std::string engine, Options options);

  Response send(const Request& request, Deadline deadline) override;
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override;
  Upgraded upgrade(const Request& request, Deadline deadline) override;

  [[nodiscard]] CircuitState circuit() const noexcept { return breaker_.state(); }

 private:
  template <typename Attempt>
  auto run(const Request& request, Deadline deadline, const bool& may_repeat, const Attempt& attempt);

  const std::shared_ptr<Exchange> inner_;
  const std::string engine_;
  const Options options_;
  CircuitBreaker breaker_;
};

}  // namespace drydock
