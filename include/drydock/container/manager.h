// Several containers by name, in one place: started, looked at, commanded and removed by the name that the
// program has for them.
//
//   ContainerManager manager;
//   manager.start_all({{"db", {.image = "postgres:16"}}, {"app", {.image = "app:1", .after = {"db"}}}});
//   manager.exec("db", {"pg_isready"});
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drydock/container/parallel_start.h"
#include "drydock/container/test_container.h"

namespace drydock {

/// What ContainerManager::info() says of one container.
struct ContainerInfo {
  std::string name{};            ///< the manager's name for it
  std::string container_name{};  ///< the engine's
  ContainerId id{};
  std::string image{};
  ContainerState state{};  ///< status, exit code, health
  std::vector<PublishedPort> ports{};
  std::string log_tail{};                 ///< the last ContainerSpec::log_tail lines of both streams
  std::optional<ContainerStats> stats{};  ///< one sample; empty when it does not run
};

/// What ContainerManager::cleanup_all() did.
struct CleanupReport {
  std::size_t removed{0};  ///< what was gone already does not count
  std::vector<ContainerFailure> failures{};
  [[nodiscard]] bool ok() const noexcept { return failures.empty(); }
};

/// Tracks containers by name. Thread-safe: calls run side by side, those about one container too. Removes all
/// that it tracks in its destructor, at std::exit, and in no process but the one that made it.
///
/// Members that are given a name that is not tracked throw InvalidArgumentError, which lists those that are;
/// remove() returns false.
class ContainerManager {
 public:
  /// Asks the engine whether it is there. Throws EngineUnavailableError, ConnectionError or TimeoutError when
  /// it is not.
  explicit ContainerManager(Client client = Client::from_environment());
  ContainerManager(const ContainerManager&) = delete;
  ContainerManager& operator=(const ContainerManager&) = delete;
  /// Removes what is tracked, side by side; reports what it cannot through the log.
  ~ContainerManager();

  /// Starts a container and tracks it when it is ready. Throws like TestContainer's constructor, and
  /// InvalidArgumentError when `name` is empty, tracked already or just being started.
  std::shared_ptr<TestContainer> start_tracked(const std::string& name, ContainerSpec spec,
                                               SourceLocation where = SourceLocation::current());

  /// Starts several side by side, each when those that its `after` names are ready: others of `specs`, or
  /// containers that are tracked. Throws like drydock::start_all(); it is all or none.
  void start_all(const std::map<std::string, ContainerSpec>& specs, const ParallelStartOptions& options = {},
                 SourceLocation where = SourceLocation::current());

  /// Returns the container. Once it was removed by its name, the pointer leads to a guard without a
  /// container.
  [[nodiscard]] std::shared_ptr<TestContainer> container(const std::string& name) const;
  [[nodiscard]] bool is_tracked(const std::string& name) const;
  /// Returns the tracked names, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Runs a command; see run_exec().
  ExecResult exec(const std::string& name, const std::vector<std::string>& argv,
                  const ExecOptions& options = {}) const;
  /// Returns what the engine says of the container now, by three requests. Throws EngineError NotFound when
  /// it was removed behind the manager's back.
  [[nodiscard]] ContainerInfo info(const std::string& name) const;
  [[nodiscard]] Logs logs(const std::string& name, LogOptions options = {}) const;

  /// Removes a container and tracks it no more; returns false when it was not tracked, or gone already.
  /// Throws what the engine says when it cannot; it is then still tracked.
  bool remove(const std::string& name);

  /// Removes all, side by side, and goes on past failures. What could not be removed is still tracked.
  CleanupReport cleanup_all();

  [[nodiscard]] const Client& client() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
