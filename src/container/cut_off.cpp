#include "container/cut_off.h"

#include <optional>

#include <fmt/format.h>

#include "container/poll_pace.h"

namespace drydock {
namespace {

std::string describe_end(const std::optional<ContainerDetails>& details) {
  if (!details) {
    return "the container is gone";
  }
  return fmt::format("the container ended with exit code {}{}", details->state.exit_code,
                     details->state.oom_killed ? " (out of memory)" : "");
}

}  // namespace

void throw_if_cut_off(const Client& client, const std::string& container, std::chrono::nanoseconds limit,
                      Deadline deadline, const std::string& who, const std::string& words,
                      const ErrorContext& context) {
  const PollPace pace;
  for (;;) {
    const auto details = client.containers().find(container, deadline);
    if (!details || !details->state.running) {
      throw EngineError(ErrorCode::ContainerExited,
                        fmt::format("{} was cut off: {}{}", who, describe_end(details), words), context);
    }
    if (pace.waited() >= limit) {
      return;
    }
    sleep_within(pace.pause(), {});
  }
}

}  // namespace drydock
