// Stops calling what keeps failing, for a while, so that its callers fail at once instead of one by one after
// their timeouts. The client has one for each engine; this is for operations of one's own, too.
//
//   CircuitBreaker breaker{"the billing service", {.threshold = 3, .cooldown = std::chrono::seconds{2}}};
//   const std::string invoice = breaker.call([&] { return billing.fetch(7); });
//
//            threshold failures in a row            cooldown over, next call
//   Closed ------------------------------> Open ------------------------------> HalfOpen
//     ^                                     ^                                       |
//     |                                     +----------- the probe fails -----------+
//     +------------------------------- the probe succeeds -------------------------+
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include "drydock/base/clock.h"
#include "drydock/base/error.h"
#include "drydock/resilience/circuit_breaker_options.h"

namespace drydock {

enum class CircuitState {
  Closed,    ///< calls pass
  HalfOpen,  ///< one call passes, to try; the others are refused
  Open,      ///< calls are refused
};

/// Returns "closed", "half-open" or "open".
const char* to_string(CircuitState state) noexcept;

/// A call was refused, at once, by an open circuit; nothing was sent. Code EngineUnavailable, retryable.
class CircuitOpenError : public Error {
 public:
  CircuitOpenError(const std::string& message, std::chrono::nanoseconds retry_after,
                   ErrorContext context = {});

  /// Returns how long the circuit stays open, zero while a probe is under way.
  [[nodiscard]] std::chrono::nanoseconds retry_after() const noexcept { return retry_after_; }

 private:
  std::chrono::nanoseconds retry_after_;
};

/// Thread-safe, and free of locks: a fork copies nothing that another thread holds. Not copyable.
class CircuitBreaker {
 public:
  /// Is told of each change of state, in the thread that caused it; must not throw.
  using OnChange = std::function<void(CircuitState from, CircuitState to)>;

  /// Leave for one call. Its end without a report, as by an exception that says nothing of the other side, is
  /// neither success nor failure.
  class [[nodiscard]] Permit {
   public:
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&&) = delete;
    ~Permit();

    /// Reports that the other side answered. Reports after the first one do nothing.
    void succeed() noexcept;
    void fail() noexcept;

   private:
    friend class CircuitBreaker;
    Permit(CircuitBreaker& breaker, std::uint64_t probe) noexcept : breaker_(&breaker), probe_(probe) {}

    CircuitBreaker* breaker_;
    std::uint64_t probe_;  // the word of the half-open state that this is the probe of; 0: none
  };

  /// `name` is what messages call the other side. Throws InvalidArgumentError for a negative option.
  explicit CircuitBreaker(std::string name, CircuitBreakerOptions options = {}, OnChange on_change = {},
                          Clock& clock = Clock::steady());
  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// Throws CircuitOpenError while the circuit is open or another call is its probe. A probe that takes
  /// longer than the cooldown is not waited for: the next call becomes one, too.
  Permit acquire();

  /// Calls `operation` under a permit. A std::exception for which `is_failure` holds counts as a failure
  /// (default: every one); another says nothing, and whatever is thrown comes out.
  template <typename Operation>
  auto call(Operation&& operation, const std::function<bool(const std::exception&)>& is_failure = {})
      -> decltype(operation()) {
    Permit permit = acquire();
    struct Reporter {
      Permit& permit;
      bool returned{true};
      ~Reporter() {
        if (returned) {
          permit.succeed();
        }
      }
    } reporter{permit};
    try {
      return operation();
    } catch (const std::exception& error) {
      reporter.returned = false;
      if (!is_failure || is_failure(error)) {
        permit.fail();
      }
      throw;
    } catch (...) {
      reporter.returned = false;
      throw;
    }
  }

  /// Returns the state as the last call left it: an open circuit whose cooldown is over becomes half-open
  /// with the next call.
  [[nodiscard]] CircuitState state() const noexcept;
  /// Returns the failures in a row; zero unless closed.
  [[nodiscard]] int failures() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  void on_success(std::uint64_t probe) noexcept;
  void on_failure(std::uint64_t probe) noexcept;
  void on_no_report(std::uint64_t probe) noexcept;
  bool change(std::uint64_t& seen, std::uint64_t next) noexcept;
  [[noreturn]] void refuse(std::uint64_t seen, std::uint64_t now) const;
  [[nodiscard]] std::uint64_t since_start() const;

  const std::string name_;
  const CircuitBreakerOptions options_;
  const OnChange on_change_;
  Clock& clock_;
  const Clock::TimePoint start_;
  /// The state in the lowest two bits; above them what goes with it: failures in a row (Closed), or the
  /// microsecond since start_ at which the cooldown began (Open) or the probe (HalfOpen).
  std::atomic<std::uint64_t> word_{0};
};

}  // namespace drydock
