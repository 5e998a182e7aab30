// The conditions that an inspect of the container answers: started, healthy, exited.
#include <fmt/format.h>

#include "base/text.h"
#include "container/tool.h"
#include "container/wait_probe.h"
#include "docker/json.h"

namespace drydock {
namespace {

/// Inspects the container on each look, and hands the answer to a condition.
class StateProbe : public Probe {
 public:
  explicit StateProbe(const WaitTarget& target) : target_(target) {}

  bool look(Deadline deadline) final {
    const ContainerDetails details = target_.client.containers().inspect(target_.id, deadline);
    seen_ = describe(details.state);
    return judge(details);
  }
  [[nodiscard]] std::string seen() const final { return seen_; }

 protected:
  virtual bool judge(const ContainerDetails& details) = 0;
  [[nodiscard]] virtual std::string describe(const ContainerState& state) const {
    return fmt::format("status '{}'", to_string(state.status));
  }

 private:
  const WaitTarget& target_;
  std::string seen_{};
};

[[noreturn]] void throw_ended(const ContainerState& state) {
  throw CannotBeMet("the container ended first, with " + describe_end(state), state);
}

class StartedProbe final : public StateProbe {
 public:
  using StateProbe::StateProbe;

 private:
  bool judge(const ContainerDetails& details) override {
    if (has_ended(details.state)) {
      throw_ended(details.state);
    }
    return details.state.running;
  }
};

bool has_healthcheck(const ContainerDetails& details) {
  if (details.state.health != Health::None) {
    return true;
  }
  const Json document = parse_json(details.json, "container inspect");
  const Json::Array& test = document["Config"]["Healthcheck"]["Test"].array();
  return !test.empty() && test.front().string() != "NONE";
}

class HealthyProbe final : public StateProbe {
 public:
  using StateProbe::StateProbe;

 private:
  bool judge(const ContainerDetails& details) override {
    if (has_ended(details.state)) {
      throw_ended(details.state);
    }
    if (details.state.health == Health::Unhealthy) {
      throw CannotBeMet("its healthcheck says unhealthy");
    }
    if (details.state.health == Health::None && !has_healthcheck(details)) {
      throw CannotBeMet(fmt::format("it has no healthcheck: {}wait for something else",
                                    advice("set ContainerSpec::healthcheck, or ", "")));
    }
    return details.state.health == Health::Healthy;
  }
  [[nodiscard]] std::string describe(const ContainerState& state) const override {
    const std::string_view output = text::trim(state.last_health_output);
    return fmt::format(
        "health '{}'{}", to_string(state.health),
        output.empty() ? "" : fmt::format(", its last check said '{}'", text::printable(output, 400)));
  }
};

class ExitedProbe final : public StateProbe {
 public:
  ExitedProbe(const WaitTarget& target, int code) : StateProbe(target), code_(code) {}

 private:
  bool judge(const ContainerDetails& details) override {
    if (!has_ended(details.state)) {
      return false;
    }
    if (details.state.exit_code != code_) {
      throw CannotBeMet("the container ended with " + describe_end(details.state), details.state);
    }
    return true;
  }

  int code_;
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Started&) {
  return std::make_unique<StartedProbe>(target);
}

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Healthy&) {
  return std::make_unique<HealthyProbe>(target);
}

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::Exited& condition) {
  return std::make_unique<ExitedProbe>(target, condition.code);
}

}  // namespace drydock
