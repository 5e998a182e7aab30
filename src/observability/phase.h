// One phase of a container's life, as it is counted and traced: pull, create, start, wait, exec, remove.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "drydock/observability/trace.h"

namespace drydock {

namespace phase {
inline constexpr const char* kPull = "pull";
inline constexpr const char* kCreate = "create";
inline constexpr const char* kStart = "start";
inline constexpr const char* kWait = "wait";
inline constexpr const char* kExec = "exec";
inline constexpr const char* kRemove = "remove";
}  // namespace phase

/// Is told of every phase that ends, on the thread that it ran on. At most one for a process, which must stay
/// until it has been taken back and no phase is under way: best an object that is never destroyed.
class PhaseObserver {
 public:
  virtual void on_phase(std::string_view name, std::string_view resource,
                        std::chrono::nanoseconds duration) noexcept = 0;

 protected:
  PhaseObserver() = default;
  PhaseObserver(const PhaseObserver&) = default;
  PhaseObserver& operator=(const PhaseObserver&) = default;
  ~PhaseObserver() = default;
};

/// Sets the observer; null: nobody. Thread-safe.
void observe_phases(PhaseObserver* observer) noexcept;

/// Measures from construction to destruction, whether the phase succeeds or not.
class Phase {
 public:
  /// `name` is one of those above, `resource` what it is about: a name, an image.
  Phase(const char* name, std::string_view resource);
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;
  ~Phase();

 private:
  const char* const name_;
  const std::string resource_;
  trace::Span span_;
  const std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
};

}  // namespace drydock
