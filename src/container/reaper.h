// Removes all that one owner, which lives no more, left at an engine: the watchdog's work.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "drydock/docker/client.h"

namespace drydock {

struct ReapPace {
  int quiet_passes{3};  ///< passes in a row that find nothing: then it is done
  std::chrono::milliseconds pause{
      300};  ///< between passes; a create in flight was seen to appear 605 ms late
  std::chrono::seconds limit{
      60};  ///< without a removal: how long an engine that is away, or refuses, is tried
  std::chrono::milliseconds retry{100};  ///< mean pause after the first failure; grows to 2 s, with jitter
};

struct ReapResult {
  std::size_t removed{0};
  bool finished{false};   ///< the quiet passes were reached
  std::string problem{};  ///< the last failure when it was not finished
};

/// Removes what carries `owner`, the label drydock.owner's value, but what is kept: containers side by side,
/// then networks, volumes and images; again and again until nothing new appears. `tell` is told of each
/// removal and each failure, a line each. Throws InvalidArgumentError for an empty owner, and nothing else.
ReapResult reap(const Client& client, const std::string& owner, const ReapPace& pace,
                const std::function<void(const std::string& line)>& tell);

}  // namespace drydock
