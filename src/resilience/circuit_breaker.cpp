#include "drydock/resilience/circuit_breaker.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace drydock {
namespace {

constexpr unsigned kStateBits = 2;

std::uint64_t make_word(CircuitState state, std::uint64_t payload) noexcept {
  return (payload << kStateBits) | static_cast<std::uint64_t>(state);
}

CircuitState state_of(std::uint64_t word) noexcept {
  return static_cast<CircuitState>(word & ((1U << kStateBits) - 1));
}

std::uint64_t payload_of(std::uint64_t word) noexcept {
  return word >> kStateBits;
}

std::uint64_t microseconds(std::chrono::milliseconds span) noexcept {
  return static_cast<std::uint64_t>(std::chrono::microseconds{span}.count());
}

}  // namespace

const char* to_string(CircuitState state) noexcept {
  switch (state) {
    case CircuitState::Closed:
      return "closed";
    case CircuitState::HalfOpen:
      return "half-open";
    case CircuitState::Open:
      return "open";
  }
  return "unknown";
}

CircuitOpenError::CircuitOpenError(const std::string& message, std::chrono::nanoseconds retry_after,
                                   ErrorContext context)
    : Error(ErrorCode::EngineUnavailable, message, std::move(context)), retry_after_(retry_after) {}

CircuitBreaker::Permit::Permit(Permit&& other) noexcept
    : breaker_(std::exchange(other.breaker_, nullptr)), probe_(other.probe_) {}

CircuitBreaker::Permit::~Permit() {
  if (breaker_ != nullptr) {
    breaker_->on_no_report(probe_);
  }
}

void CircuitBreaker::Permit::succeed() noexcept {
  if (CircuitBreaker* const breaker = std::exchange(breaker_, nullptr)) {
    breaker->on_success(probe_);
  }
}

void CircuitBreaker::Permit::fail() noexcept {
  if (CircuitBreaker* const breaker = std::exchange(breaker_, nullptr)) {
    breaker->on_failure(probe_);
  }
}

CircuitBreaker::CircuitBreaker(std::string name, CircuitBreakerOptions options, OnChange on_change,
                               Clock& clock)
    : name_(std::move(name)),
      options_(options),
      on_change_(std::move(on_change)),
      clock_(clock),
      start_(clock.now()) {
  if (options.threshold < 0 || options.cooldown.count() < 0) {
    throw InvalidArgumentError(
        fmt::format("the circuit breaker of {} is refused: threshold {} and cooldown {} ms must not be "
                    "negative",
                    name_, options.threshold, options.cooldown.count()),
        {.operation = "circuit breaker", .resource = name_});
  }
}

CircuitBreaker::Permit CircuitBreaker::acquire() {
  std::uint64_t seen = word_.load();
  for (;;) {
    if (state_of(seen) == CircuitState::Closed) {
      return {*this, 0};
    }
    const std::uint64_t now = since_start();
    if (now < payload_of(seen) + microseconds(options_.cooldown)) {
      refuse(seen, now);
    }
    // With a cooldown of zero two probes could begin in the same microsecond and be taken for one.
    const bool is_later = state_of(seen) == CircuitState::Open || now > payload_of(seen);
    const std::uint64_t probe = make_word(CircuitState::HalfOpen, is_later ? now : payload_of(seen) + 1);
    if (change(seen, probe)) {
      return {*this, probe};
    }
  }
}

CircuitState CircuitBreaker::state() const noexcept {
  return state_of(word_.load());
}

int CircuitBreaker::failures() const noexcept {
  const std::uint64_t word = word_.load();
  return state_of(word) == CircuitState::Closed ? static_cast<int>(payload_of(word)) : 0;
}

void CircuitBreaker::on_success(std::uint64_t probe) noexcept {
  const std::uint64_t closed = make_word(CircuitState::Closed, 0);
  std::uint64_t seen = word_.load();
  if (probe != 0) {
    // A probe that another has overtaken proves as much: the other side answers.
    while (state_of(seen) == CircuitState::HalfOpen && !change(seen, closed)) {
    }
    return;
  }
  // A call from before the circuit opened says nothing of now.
  while (state_of(seen) == CircuitState::Closed && seen != closed && !change(seen, closed)) {
  }
}

void CircuitBreaker::on_failure(std::uint64_t probe) noexcept {
  std::uint64_t seen = word_.load();
  if (probe != 0) {
    if (seen == probe) {
      change(seen, make_word(CircuitState::Open, since_start()));
    }
    return;
  }
  while (state_of(seen) == CircuitState::Closed) {
    const std::uint64_t failures = payload_of(seen) + 1;
    const bool opens = options_.threshold > 0 && failures >= static_cast<std::uint64_t>(options_.threshold);
    if (change(seen, opens ? make_word(CircuitState::Open, since_start())
                           : make_word(CircuitState::Closed, failures))) {
      return;
    }
  }
}

void CircuitBreaker::on_no_report(std::uint64_t probe) noexcept {
  std::uint64_t seen = word_.load();
  if (probe != 0 && seen == probe) {
    // Open with its cooldown over: the next call is the probe.
    const std::uint64_t cooldown = microseconds(options_.cooldown);
    const std::uint64_t now = since_start();
    change(seen, make_word(CircuitState::Open, now > cooldown ? now - cooldown : 0));
  }
}

bool CircuitBreaker::change(std::uint64_t& seen, std::uint64_t next) noexcept {
  const std::uint64_t before = seen;
  if (!word_.compare_exchange_strong(seen, next)) {
    return false;
  }
  if (on_change_ && state_of(before) != state_of(next)) {
    on_change_(state_of(before), state_of(next));
  }
  return true;
}

void CircuitBreaker::refuse(std::uint64_t seen, std::uint64_t now) const {
  const std::uint64_t end = payload_of(seen) + microseconds(options_.cooldown);
  const std::chrono::microseconds left{end - now};
  if (state_of(seen) == CircuitState::HalfOpen) {
    throw CircuitOpenError(
        fmt::format("the circuit to {} is half-open: one call is trying whether it answers again; try again "
                    "after it",
                    name_),
        std::chrono::nanoseconds{0}, {.operation = "circuit breaker", .resource = name_, .retryable = true});
  }
  throw CircuitOpenError(
      fmt::format("the circuit to {} is open, after {} failures in a row: refused without a try; the next "
                  "one is let through in {} ms",
                  name_, options_.threshold, std::chrono::ceil<std::chrono::milliseconds>(left).count()),
      left, {.operation = "circuit breaker", .resource = name_, .retryable = true});
}

std::uint64_t CircuitBreaker::since_start() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.now() - start_).count());
}

}  // namespace drydock
