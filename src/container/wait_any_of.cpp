// The alternatives: looks at each in turn; the first that is met wins, one that never can drops out.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "container/wait_probe.h"

namespace drydock {
namespace {

struct Alternative {
  std::string words{};
  std::unique_ptr<Probe> probe{};
  std::string hopeless{};  // why it can never be met; empty while it may
};

class AnyOfProbe final : public Probe {
 public:
  explicit AnyOfProbe(std::vector<Alternative> alternatives) : alternatives_(std::move(alternatives)) {}

  bool look(Deadline deadline) override {
    return any([deadline](Probe& probe) { return probe.look(deadline); });
  }
  bool look_at_remains(Deadline deadline) override {
    return any([deadline](Probe& probe) { return probe.look_at_remains(deadline); });
  }

  [[nodiscard]] std::string seen() const override {
    std::vector<std::string> parts;
    for (const Alternative& each : alternatives_) {
      parts.push_back(
          fmt::format("\n  {}: {}", each.words, each.hopeless.empty() ? each.probe->seen() : each.hopeless));
    }
    return text::join(parts, "");
  }

  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds waited) const override {
    auto shortest = std::chrono::nanoseconds::max();
    for (const Alternative& each : alternatives_) {
      if (each.hopeless.empty()) {
        shortest = std::min(shortest, each.probe->pause(waited));
      }
    }
    return std::max(shortest, poll_pause(waited));
  }

 private:
  template <typename Look>
  bool any(const Look& look) {
    std::optional<ContainerState> end;
    for (Alternative& alternative : alternatives_) {
      try {
        if (alternative.hopeless.empty() && look(*alternative.probe)) {
          return true;
        }
      } catch (const CannotBeMet& hopeless) {
        alternative.hopeless = hopeless.what();
        end = hopeless.state();
      }
    }
    if (std::none_of(alternatives_.begin(), alternatives_.end(),
                     [](const Alternative& each) { return each.hopeless.empty(); })) {
      throw CannotBeMet("none of them can be met any more", end);
    }
    return false;
  }

  std::vector<Alternative> alternatives_;
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::AnyOf& condition) {
  if (condition.conditions.empty()) {
    throw InvalidArgumentError("any_of has no conditions: list at least one",
                               {.operation = "wait", .resource = target.label});
  }
  std::vector<Alternative> alternatives;
  for (const wait::Condition& each : condition.conditions) {
    alternatives.push_back({.words = wait::describe(each), .probe = make_probe(target, each)});
  }
  return std::make_unique<AnyOfProbe>(std::move(alternatives));
}

}  // namespace drydock
