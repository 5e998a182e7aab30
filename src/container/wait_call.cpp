// The conditions that run something: a command in the container, the user's own function.
#include <sstream>

#include <fmt/format.h>

#include "drydock/container/exec.h"

#include "base/text.h"
#include "container/wait_probe.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kOutputKept = std::size_t{16} << 10;

class ExecProbe final : public Probe {
 public:
  ExecProbe(const WaitTarget& target, const wait::ExecSucceeds& condition)
      : target_(target), condition_(condition) {}

  bool look(Deadline deadline) override {
    const auto left = std::chrono::ceil<milliseconds>(deadline.remaining());
    if (left <= milliseconds::zero()) {
      return false;
    }
    try {
      const ExecResult result = run_exec(
          target_.client, target_.id, condition_.argv,
          {.timeout = left, .output_limit = kOutputKept, .on_output_limit = OnOutputLimit::Truncate});
      std::ostringstream words;
      PrintTo(result, &words);
      seen_ = words.str();
      return result.ok();
    } catch (const ExecTimeoutError& error) {
      // The wait's own end cut this try short: the one before it may say more.
      seen_ += (seen_.empty() ? "" : "\n  then: ") + std::string{error.what()};
    } catch (const EngineError& error) {
      // Not running (yet), paused, or ended under the command: the look at its life tells which.
      seen_ = error.what();
    }
    return false;
  }

  [[nodiscard]] std::string seen() const override { return seen_; }
  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds) const override {
    return condition_.interval;
  }

 private:
  const WaitTarget& target_;
  const wait::ExecSucceeds& condition_;
  std::string seen_{};
};

class CustomProbe final : public Probe {
 public:
  CustomProbe(const WaitTarget& target, const wait::Custom& condition)
      : target_(target), condition_(condition) {}

  bool look(Deadline) override {
    try {
      const bool ready = condition_.ready(*target_.container);
      seen_ = ready ? "it returned true" : "it returned false";
      return ready;
    } catch (const InvalidArgumentError& error) {
      throw CannotBeMet(error.what());
    } catch (const std::exception& error) {
      seen_ = fmt::format("it threw '{}'", text::printable(error.what(), 400));
    }
    return false;
  }

  [[nodiscard]] std::string seen() const override { return seen_; }
  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds) const override {
    return condition_.interval;
  }

 private:
  const WaitTarget& target_;
  const wait::Custom& condition_;
  std::string seen_{};
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::ExecSucceeds& condition) {
  return std::make_unique<ExecProbe>(target, condition);
}

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Custom& condition) {
  if (!condition.ready || target.container == nullptr) {
    throw InvalidArgumentError(
        fmt::format("the custom condition '{}' has no {}", text::printable(condition.name),
                    condition.ready ? "container to be asked about" : "function: set ready"),
        {.operation = "wait", .resource = target.label});
  }
  return std::make_unique<CustomProbe>(target, condition);
}

}  // namespace drydock
