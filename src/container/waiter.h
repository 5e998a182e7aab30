// Waits for a started container to meet its conditions. Every wait races against the container's death and
// against one deadline. Each condition's own file is wait_<condition>.cpp; see wait_parts.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"
#include "drydock/container/wait.h"
#include "drydock/docker/client.h"

namespace drydock {

/// What is waited for, as far as the conditions need to know it.
struct WaitTarget {
  Client client;
  ContainerId id{};
  std::string label{};  ///< name and short id, for messages
  bool tty{false};
  std::vector<PublishedPort> ports{};
  std::string host{};                       ///< where published ports are reached
  std::string ip_address{};                 ///< the container's own address; may be empty
  const TestContainer* container{nullptr};  ///< handed to Custom; may be null: Custom then fails
  std::chrono::nanoseconds log_since{0};    ///< log lines before this do not count; see LogOptions::since
};

/// A condition that was not met: because time ran out (code NotReady), because it cannot be met any more
/// (NotReady, too), or because the container ended first (ContainerExited). The message holds all parts.
class WaitFailed : public Error {
 public:
  WaitFailed(ErrorCode code, const std::string& message, std::string condition, std::string last_seen,
             std::optional<ContainerState> state, ErrorContext context = {})
      : Error(code, message, std::move(context)),
        condition_(std::move(condition)),
        last_seen_(std::move(last_seen)),
        state_(std::move(state)) {}

  /// Returns the condition in words, as wait::describe() has it.
  [[nodiscard]] const std::string& condition() const noexcept { return condition_; }
  /// Returns what the condition saw last: an HTTP answer, an errno in words, a log line; may be empty.
  [[nodiscard]] const std::string& last_seen() const noexcept { return last_seen_; }
  /// Returns the container's state where it is known: always for ContainerExited.
  [[nodiscard]] const std::optional<ContainerState>& state() const noexcept { return state_; }

 private:
  std::string condition_, last_seen_;
  std::optional<ContainerState> state_;
};

/// Returns when all conditions are met, one after the other, under one deadline (60 s when unset). With no
/// condition it still checks that the container runs. Throws WaitFailed; InvalidArgumentError for a condition
/// that cannot work here (no such published port, a bad pattern); ConnectionError and the like when the
/// engine itself fails.
void await(const WaitTarget& target, const std::vector<wait::Condition>& conditions, Deadline deadline);

}  // namespace drydock
