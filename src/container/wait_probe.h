// One way for each condition to find out whether it is met. The waiter drives probes: it looks again and
// again, or follows a stream of the engine, and watches the container's life meanwhile. Each condition's
// probe is made anew for each wait, and used by one thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "drydock/base/deadline.h"
#include "drydock/container/wait.h"
#include "drydock/docker/container_types.h"

#include "container/poll_pace.h"
#include "container/waiter.h"

namespace drydock {

class Probe {
 public:
  Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  virtual ~Probe() = default;

  /// Looks once; returns whether the condition is met. Blocks for one short try, at most until `deadline`.
  /// Throws CannotBeMet when looking again is of no use; errors of the engine pass through.
  virtual bool look(Deadline deadline) = 0;

  /// Looks once more, after the container has ended: what it has written is then complete.
  virtual bool look_at_remains(Deadline deadline) { return look(deadline); }

  /// Waits on a stream of the engine, where the condition has one, until it is met (true) or the stream ends
  /// (false). Empty: there is none, look() instead. Throws TimeoutError at the deadline.
  virtual std::optional<bool> follow(Deadline deadline) {
    (void)deadline;
    return std::nullopt;
  }

  /// Returns what was seen last, in words.
  [[nodiscard]] virtual std::string seen() const = 0;

  /// Returns the pause before the next look, after `waited` in all.
  [[nodiscard]] virtual std::chrono::nanoseconds pause(std::chrono::nanoseconds waited) const {
    return poll_pause(waited);
  }
};

/// Thrown by a probe whose condition will never be met. With a state, the container has ended.
class CannotBeMet : public std::runtime_error {
 public:
  explicit CannotBeMet(const std::string& why, std::optional<ContainerState> state = std::nullopt)
      : std::runtime_error(why), state_(std::move(state)) {}
  [[nodiscard]] const std::optional<ContainerState>& state() const noexcept { return state_; }

 private:
  std::optional<ContainerState> state_;
};

// These throw InvalidArgumentError for a condition that makes no sense for the target. Both arguments must
// outlive the probe.
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Started& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::LogLine& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::PortOpen& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::HttpOk& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Healthy& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::ExecSucceeds& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Exited& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Custom& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::AnyOf& condition);
std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Condition& condition);

/// Returns whether the container has ended, as opposed to not having begun.
[[nodiscard]] bool has_ended(const ContainerState& state) noexcept;
/// Returns "exit code 137, out of memory" and the like.
[[nodiscard]] std::string describe_end(const ContainerState& state);

}  // namespace drydock
