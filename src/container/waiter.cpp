#include "container/waiter.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/text.h"
#include "container/poll_pace.h"
#include "container/wait_kinds.h"
#include "container/wait_probe.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kDefaultLimit{60};
// How often the container's life is looked at between two looks of a probe: an inspect costs some 0.5 ms.
constexpr std::chrono::milliseconds kLifeInterval{50};
// The first look comes sooner, for a container that dies does so at once more often than not.
constexpr std::chrono::milliseconds kFirstLifeLook{10};

/// The wait for one condition.
class Wait {
 public:
  Wait(const WaitTarget& target, const wait::Condition& condition, Deadline deadline)
      : target_(target), condition_(condition), deadline_(deadline) {}

  void run();

 private:
  void watch();
  void follow_or_poll();
  void poll();
  void make_probe();
  bool met_at_the_end();
  [[noreturn]] void fail(ErrorCode code, const std::string& why, std::optional<ContainerState> state);

  const WaitTarget& target_;
  const wait::Condition& condition_;
  Deadline deadline_;
  std::unique_ptr<Probe> probe_;
  PollPace pace_{};
  std::chrono::nanoseconds next_life_look_{kFirstLifeLook};
};

void Wait::run() {
  try {
    make_probe();
    watch();
  } catch (const CannotBeMet& hopeless) {
    fail(hopeless.state() ? ErrorCode::ContainerExited : ErrorCode::NotReady, hopeless.what(),
         hopeless.state());
  } catch (const TimeoutError&) {
    if (!deadline_.expired()) {
      throw;  // the engine was too slow for a call, not the container for the condition
    }
    fail(ErrorCode::NotReady, "not met in time", std::nullopt);
  }
}

/// A container that ended before it was looked at publishes nothing: then that is what is wrong, and not a
/// condition on one of its ports.
void Wait::make_probe() {
  try {
    probe_ = drydock::make_probe(target_, condition_);
  } catch (const InvalidArgumentError&) {
    const auto details = target_.client.containers().find(target_.id, deadline_);
    if (!details || !has_ended(details->state)) {
      throw;
    }
    fail(ErrorCode::ContainerExited, "the container ended first, with " + describe_end(details->state),
         details->state);
  }
}

/// Follows or polls; what the engine no longer finds may be the container itself.
void Wait::watch() {
  try {
    follow_or_poll();
  } catch (const EngineError& error) {
    if (error.code() != ErrorCode::NotFound || !met_at_the_end()) {
      throw;
    }
  }
}

void Wait::follow_or_poll() {
  for (;;) {
    const std::optional<bool> met = probe_->follow(deadline_);
    if (!met) {
      return poll();
    }
    if (*met) {
      return;
    }
    // The stream ends with the container; an engine may also cut it, when it rotates the log.
    if (met_at_the_end()) {
      return;
    }
    sleep_within(pace_.pause(), deadline_);
  }
}

void Wait::poll() {
  while (!probe_->look(deadline_)) {
    const auto next_look = pace_.waited() + probe_->pause(pace_.waited());
    do {
      if (deadline_.expired()) {
        fail(ErrorCode::NotReady, "not met in time", std::nullopt);
      }
      if (pace_.waited() >= next_life_look_) {
        if (met_at_the_end()) {
          return;
        }
        next_life_look_ = pace_.waited() + kLifeInterval;
      }
      const auto next = std::min(next_look, next_life_look_);
      sleep_within(std::max(next - pace_.waited(), std::chrono::nanoseconds::zero()), deadline_);
    } while (pace_.waited() < next_look);
  }
}

/// Returns false while the container lives, true when it met the condition with its last breath; else throws.
bool Wait::met_at_the_end() {
  const auto details = target_.client.containers().find(target_.id, deadline_);
  if (details && !has_ended(details->state)) {
    return false;
  }
  if (details && probe_->look_at_remains(deadline_)) {
    return true;
  }
  fail(ErrorCode::ContainerExited,
       details ? "the container ended first, with " + describe_end(details->state) : "the container is gone",
       details ? std::optional{details->state} : std::nullopt);
}

void Wait::fail(ErrorCode code, const std::string& why, std::optional<ContainerState> state) {
  const std::string words = wait::describe(condition_);
  const std::string last = probe_ ? probe_->seen() : "";
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(pace_.waited());
  throw WaitFailed(code,
                   fmt::format("container '{}' is not ready after {} ms: {}: {}{}", target_.label,
                               waited.count(), words, why, last.empty() ? "" : "; last seen: " + last),
                   words, last, std::move(state), {.operation = "wait", .resource = target_.label});
}

}  // namespace

void await(const WaitTarget& target, const std::vector<wait::Condition>& conditions, Deadline deadline) {
  const Deadline limit = deadline.or_in(kDefaultLimit);
  if (conditions.empty()) {
    const wait::Condition started{wait::Started{}};
    Wait{target, started, limit}.run();
  }
  for (const wait::Condition& condition : conditions) {
    Wait{target, condition, limit}.run();
  }
}

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Condition& condition) {
  return wait::visit([&target](const auto& kind) { return make_probe(target, kind); }, condition);
}

bool has_ended(const ContainerState& state) noexcept {
  return !state.running && state.status != ContainerStatus::Created &&
         state.status != ContainerStatus::Restarting;
}

std::string describe_end(const ContainerState& state) {
  return fmt::format("exit code {}{}{}", state.exit_code, state.oom_killed ? ", out of memory" : "",
                     state.error.empty() ? "" : ": " + state.error);
}

}  // namespace drydock
