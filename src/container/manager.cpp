#include "drydock/container/manager.h"

#include <exception>
#include <mutex>
#include <set>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/text.h"
#include "container/ordered_run.h"
#include "container/ordered_start.h"

namespace drydock {
namespace {

constexpr std::size_t kParallelRemovals = 8;

using Tracked = std::map<std::string, std::shared_ptr<TestContainer>>;

}  // namespace

struct ContainerManager::State {
  explicit State(Client engine) : client(std::move(engine)) {}

  // Takes names for containers that are about to start. Throws when one is taken.
  void reserve(const std::vector<std::string>& names) {
    const std::lock_guard lock{mutex};
    for (const std::string& name : names) {
      if (name.empty()) {
        throw InvalidArgumentError("a container is to be tracked under an empty name; give it one",
                                   {.operation = "start tracked"});
      }
      if (tracked.contains(name) || starting.contains(name)) {
        throw InvalidArgumentError(
            fmt::format("the name '{}' is {}; remove that container first, or take another name", name,
                        tracked.contains(name) ? "tracked already" : "just being started"),
            {.operation = "start tracked", .resource = name});
      }
    }
    starting.insert(names.begin(), names.end());
  }

  void unreserve(const std::vector<std::string>& names) {
    const std::lock_guard lock{mutex};
    for (const std::string& name : names) {
      starting.erase(name);
    }
  }

  void track(Tracked containers) {
    const std::lock_guard lock{mutex};
    for (const auto& [name, container] : containers) {
      starting.erase(name);
    }
    tracked.merge(containers);
  }

  [[nodiscard]] std::shared_ptr<TestContainer> get(const std::string& name) const {
    const std::lock_guard lock{mutex};
    if (const auto found = tracked.find(name); found != tracked.end()) {
      return found->second;
    }
    std::vector<std::string> known;
    for (const auto& [other, container] : tracked) {
      known.push_back(other);
    }
    throw InvalidArgumentError(fmt::format("no container is tracked as '{}'; tracked: {}", name,
                                           known.empty() ? "none" : text::join(known, ", ")),
                               {.operation = "look up", .resource = name});
  }

  [[nodiscard]] Tracked all() const {
    const std::lock_guard lock{mutex};
    return tracked;
  }

  // Forgets `name` unless another container has come under it.
  void untrack(const std::string& name, const std::shared_ptr<TestContainer>& container) {
    const std::lock_guard lock{mutex};
    if (const auto found = tracked.find(name); found != tracked.end() && found->second == container) {
      tracked.erase(found);
    }
  }

  const Client client;
  const pid_t process{::getpid()};
  mutable std::mutex mutex;
  Tracked tracked;
  std::set<std::string> starting;
};

ContainerManager::ContainerManager(Client client) : state_(std::make_unique<State>(std::move(client))) {
  (void)state_->client.system().ping();
}

ContainerManager::~ContainerManager() {
  if (state_->process != ::getpid()) {
    return;  // a forked child's copy, whose mutex may be held by nobody
  }
  try {
    for (const ContainerFailure& failure : cleanup_all().failures) {
      log::error(
          fmt::format("the container '{}' could not be removed: {}; it is tried again when the program "
                      "ends",
                      failure.name, failure.message));
    }
  } catch (const std::exception& error) {
    log::error(error.what());
  }
}

std::shared_ptr<TestContainer> ContainerManager::start_tracked(const std::string& name, ContainerSpec spec,
                                                               SourceLocation where) {
  state_->reserve({name});
  try {
    for (const std::string& before : spec.after) {
      (void)state_->get(before);
    }
    auto container = std::make_shared<TestContainer>(std::move(spec), state_->client, where);
    state_->track({{name, container}});
    return container;
  } catch (...) {  // thrown on: the name is free again
    state_->unreserve({name});
    throw;
  }
}

void ContainerManager::start_all(const std::map<std::string, ContainerSpec>& specs,
                                 const ParallelStartOptions& options, SourceLocation where) {
  std::vector<std::string> names;
  std::vector<NamedSpec> named;
  for (const auto& [name, spec] : specs) {
    names.push_back(name);
    named.push_back({name, spec});
  }
  const std::vector<std::string> before = this->names();
  state_->reserve(names);
  try {
    std::vector<TestContainer> started =
        start_in_order(std::move(named), {before.begin(), before.end()}, options, state_->client, where);
    Tracked fresh;
    for (std::size_t i = 0; i < names.size(); ++i) {
      fresh.emplace(names[i], std::make_shared<TestContainer>(std::move(started[i])));
    }
    state_->track(std::move(fresh));
  } catch (...) {  // thrown on: the names are free again
    state_->unreserve(names);
    throw;
  }
}

std::shared_ptr<TestContainer> ContainerManager::container(const std::string& name) const {
  return state_->get(name);
}

bool ContainerManager::is_tracked(const std::string& name) const {
  return state_->all().contains(name);
}

std::vector<std::string> ContainerManager::names() const {
  std::vector<std::string> names;
  for (const auto& [name, container] : state_->all()) {
    names.push_back(name);
  }
  return names;
}

ExecResult ContainerManager::exec(const std::string& name, const std::vector<std::string>& argv,
                                  const ExecOptions& options) const {
  return state_->get(name)->exec(argv, options);
}

ContainerInfo ContainerManager::info(const std::string& name) const {
  const std::shared_ptr<TestContainer> container = state_->get(name);
  ContainerDetails details = container->inspect();
  ContainerInfo info{.name = name,
                     .container_name = std::move(details.name),
                     .id = container->id(),
                     .image = std::move(details.image),
                     .state = std::move(details.state),
                     .ports = std::move(details.ports),
                     .log_tail = container->logs({.tail = container->spec().log_tail}).all};
  if (info.state.running) {
    info.stats = state_->client.containers().stats(info.id);
  }
  return info;
}

Logs ContainerManager::logs(const std::string& name, LogOptions options) const {
  return state_->get(name)->logs(options);
}

bool ContainerManager::remove(const std::string& name) {
  if (!is_tracked(name)) {
    return false;
  }
  const std::shared_ptr<TestContainer> container = state_->get(name);
  const bool removed = container->remove();
  state_->untrack(name, container);
  return removed;
}

CleanupReport ContainerManager::cleanup_all() {
  std::vector<std::pair<std::string, std::shared_ptr<TestContainer>>> all;
  for (const auto& [name, container] : state_->all()) {
    all.emplace_back(name, container);
  }
  std::mutex mutex;
  CleanupReport report;
  const auto outcomes = run_in_order(std::vector<std::vector<std::size_t>>(all.size()), kParallelRemovals,
                                     OnTaskFailure::GoOn, [&](std::size_t i) {
                                       const bool removed = all[i].second->remove();
                                       state_->untrack(all[i].first, all[i].second);
                                       const std::lock_guard lock{mutex};
                                       report.removed += removed ? 1U : 0U;
                                     });
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].failure) {
      report.failures.push_back(failure_of(all[i].first, outcomes[i].failure));
    }
  }
  return report;
}

const Client& ContainerManager::client() const {
  return state_->client;
}

}  // namespace drydock
