#include "drydock/container/parallel_start.h"

#include <exception>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "container/image_intake.h"
#include "container/ordered_run.h"
#include "container/ordered_start.h"
#include "container/pull_once.h"
#include "container/start_order.h"

namespace drydock {
namespace {

using Slots = std::vector<std::optional<TestContainer>>;

std::vector<std::vector<std::size_t>> order_of(const std::vector<NamedSpec>& specs,
                                               const std::set<std::string>& standing) {
  std::vector<StartNode> nodes;
  nodes.reserve(specs.size());
  for (const NamedSpec& entry : specs) {
    nodes.push_back({entry.name, entry.spec.after});
  }
  return start_order(nodes, standing);
}

void require_valid(const std::vector<NamedSpec>& specs) {
  std::string faults;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (const std::string& fault : validate(specs[i].spec)) {
      faults += fmt::format("\n  {}: {}", specs[i].name.empty() ? fmt::format("number {}", i) : specs[i].name,
                            fault);
    }
  }
  if (!faults.empty()) {
    throw InvalidArgumentError("nothing was started, for some specs cannot work:" + faults,
                               {.operation = "start all"});
  }
}

// Names what has no name by what is known of it.
std::string label_of(const NamedSpec& entry, std::size_t index) {
  return entry.name.empty() ? fmt::format("number {} ({})", index, entry.spec.image) : entry.name;
}

// Pulls what is always to be pulled, once for all that ask; they then start like those that take what is
// there.
void pull_first(std::vector<NamedSpec>& specs, const ParallelStartOptions& options, const Client& client) {
  std::map<std::pair<std::string, std::string>, std::size_t> wanted;  // image and platform, to a spec
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].spec.pull == PullPolicy::Always) {
      wanted.emplace(std::pair{specs[i].spec.image, specs[i].spec.platform}, i);
      specs[i].spec.pull = PullPolicy::Missing;
    }
  }
  std::vector<std::size_t> indices;
  indices.reserve(wanted.size());
  for (const auto& [image, index] : wanted) {
    indices.push_back(index);
  }
  const std::vector<TaskOutcome> outcomes = run_in_order(
      std::vector<std::vector<std::size_t>>(indices.size()), options.max_parallel, OnTaskFailure::GoOn,
      [&](std::size_t i) {
        const ContainerSpec& spec = specs[indices[i]].spec;
        with_image_note(spec, [&] {
          pull_once(client, spec.image, spec.platform, pulls_of(client, spec.image, spec.platform));
        });
      });
  std::vector<ContainerFailure> failures;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].failure) {
      failures.push_back(failure_of(label_of(specs[indices[i]], indices[i]), outcomes[i].failure));
    }
  }
  if (!failures.empty()) {
    throw ParallelStartError("nothing was started, for images could not be pulled:" + to_text(failures),
                             failures, {.operation = "start all"});
  }
}

void remove_all(Slots& slots, const ParallelStartOptions& options) {
  (void)run_in_order(std::vector<std::vector<std::size_t>>(slots.size()), options.max_parallel,
                     OnTaskFailure::GoOn, [&](std::size_t i) { slots[i].reset(); });
}

// Throws when there is a failure.
void require_success(const std::vector<NamedSpec>& specs, const std::vector<TaskOutcome>& outcomes,
                     SourceLocation where) {
  std::vector<ContainerFailure> failures;
  std::size_t not_begun = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].failure) {
      failures.push_back(failure_of(label_of(specs[i], i), outcomes[i].failure));
    }
    not_begun += outcomes[i].ran ? 0U : 1U;
  }
  if (failures.empty()) {
    return;
  }
  const std::string message = fmt::format(
      "{} of {} containers did not start, {} were not begun because of that, and what had started "
      "was removed:{}",
      failures.size(), specs.size(), not_begun, to_text(failures));
  throw ParallelStartError(message, std::move(failures), {.operation = "start all", .where = where});
}

}  // namespace

ContainerFailure failure_of(const std::string& name, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return {name, error.code(), error.what()};
  } catch (const std::exception& error) {
    return {.name = name, .message = error.what()};
  } catch (...) {  // a user's own, from a condition
    return {.name = name, .message = "an exception that is no std::exception"};
  }
}

std::string to_text(const std::vector<ContainerFailure>& failures) {
  std::string out;
  for (const ContainerFailure& failure : failures) {
    out += fmt::format("\n'{}': {}", failure.name, failure.message);
  }
  return out;
}

std::vector<TestContainer> start_in_order(std::vector<NamedSpec> specs, const std::set<std::string>& standing,
                                          const ParallelStartOptions& options, const Client& client,
                                          SourceLocation where) {
  const std::vector<std::vector<std::size_t>> order = order_of(specs, standing);
  require_valid(specs);
  for (NamedSpec& entry : specs) {
    take_in_image(entry.spec);
  }
  pull_first(specs, options, client);
  Slots slots(specs.size());
  const std::vector<TaskOutcome> outcomes =
      run_in_order(order, options.max_parallel, OnTaskFailure::BeginNoMore,
                   [&](std::size_t i) { slots[i].emplace(specs[i].spec, client, where); });
  try {
    require_success(specs, outcomes, where);
  } catch (const ParallelStartError&) {
    remove_all(slots, options);
    throw;
  }
  std::vector<TestContainer> started;
  started.reserve(slots.size());
  for (std::optional<TestContainer>& slot : slots) {
    started.push_back(*std::move(slot));
  }
  return started;
}

std::vector<TestContainer> start_all(std::vector<ContainerSpec> specs, const ParallelStartOptions& options,
                                     const Client& client, SourceLocation where) {
  std::vector<NamedSpec> named;
  named.reserve(specs.size());
  for (ContainerSpec& spec : specs) {
    std::string name = spec.name;
    named.push_back({std::move(name), std::move(spec)});
  }
  return start_in_order(std::move(named), {}, options, client, where);
}

}  // namespace drydock
