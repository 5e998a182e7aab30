// The Engine API's containers: one member for each call. An identifier may be an id, an id's unique prefix,
// or a name. Thread-safe. For a container that cleans up after itself see container/test_container.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/docker/container_types.h"

namespace drydock {

class EngineLink;

/// `POST /containers/create`.
struct CreateContainerRequest {
  std::string name{};      ///< empty: the engine makes one up
  std::string platform{};  ///< "linux/arm64"; empty: the engine's own
  std::string body{};      ///< JSON, as the Engine API has it; see create_body(const ContainerSpec&)
};

struct CreatedContainer {
  ContainerId id{};
  std::vector<std::string> warnings{};
};

struct ContainerFilter {
  bool all{true};                       ///< stopped ones too
  std::vector<std::string> labels{};    ///< "key" or "key=value"; all must match
  std::vector<std::string> names{};     ///< the engine matches these as regular expressions
  std::vector<std::string> statuses{};  ///< "running", "exited", ...
  std::vector<std::string> networks{};
};

struct RemoveContainerOptions {
  bool force{true};    ///< kill it first when it runs
  bool volumes{true};  ///< remove its anonymous volumes
};

enum class LogStream { Stdout, Stderr };

struct LogOptions {
  bool out{true}, err{true};
  int tail{-1};  ///< newest lines of both streams at most, counted before `out` and `err` choose; -1: all
  std::chrono::nanoseconds since{0};  ///< since the epoch, by the engine's clock; 0: from the start
  bool timestamps{false};             ///< each line begins with its RFC 3339 time
  std::size_t limit{
      std::size_t{64} << 20};  ///< bytes kept at most; the oldest go first, Logs::truncated says so
  std::optional<bool> tty{};   ///< whether the container has a tty; empty: found out by an inspect
};

struct Logs {
  std::string out{}, err{};
  std::string all{};  ///< both, in the order in which the engine gave them
  bool truncated{false};
};

/// Receives log output in pieces that need not end at a line's end; returning false ends the following.
using LogSink = std::function<bool(LogStream stream, std::string_view piece)>;

enum class WaitUntil { NotRunning, NextExit, Removed };

struct WaitResult {
  std::int64_t exit_code{0};
  std::string error{};
};

class Containers {
 public:
  explicit Containers(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  /// Throws EngineError: NotFound (no such image), Conflict (name in use), BadRequest.
  CreatedContainer create(const CreateContainerRequest& request, Deadline deadline = {}) const;

  /// Throws EngineError: NotFound, PortInUse, CommandNotStarted. One that runs already is no error.
  void start(const std::string& container, Deadline deadline = {}) const;

  /// Throws EngineError NotFound.
  [[nodiscard]] ContainerDetails inspect(const std::string& container, Deadline deadline = {}) const;
  /// Like inspect(), but empty when there is no such container.
  [[nodiscard]] std::optional<ContainerDetails> find(const std::string& container,
                                                     Deadline deadline = {}) const;
  [[nodiscard]] std::vector<ContainerSummary> list(const ContainerFilter& filter = {},
                                                   Deadline deadline = {}) const;

  /// Sends the stop signal, then SIGKILL after `grace` (whole seconds, rounded up; negative is refused, for
  /// the engine then hangs). Returns false when it was not running. Blocks up to `grace` longer than the
  /// deadline derives.
  bool stop(const std::string& container, std::chrono::seconds grace = std::chrono::seconds{10},
            Deadline deadline = {}) const;
  /// Throws EngineError Conflict when it is not running.
  void kill(const std::string& container, const std::string& signal = "SIGKILL",
            Deadline deadline = {}) const;
  void restart(const std::string& container, std::chrono::seconds grace = std::chrono::seconds{10},
               Deadline deadline = {}) const;
  void pause(const std::string& container, Deadline deadline = {}) const;
  void unpause(const std::string& container, Deadline deadline = {}) const;
  void rename(const std::string& container, const std::string& name, Deadline deadline = {}) const;

  /// Waits for the container to reach `until`; throws TimeoutError at the deadline, which has no default
  /// limit here.
  WaitResult wait(const std::string& container, WaitUntil until = WaitUntil::NotRunning,
                  Deadline deadline = {}) const;

  /// Returns once the container is gone: true when this call removed it, false when there was none, or when
  /// another remover was faster. A removal already in progress (409) is polled to its end.
  bool remove(const std::string& container, const RemoveContainerOptions& options = {},
              Deadline deadline = {}) const;

  [[nodiscard]] Logs logs(const std::string& container, const LogOptions& options = {},
                          Deadline deadline = {}) const;
  /// Follows the log until the container ends (returns true) or the sink returns false (returns false).
  /// Throws TimeoutError at the deadline, which has no default limit here.
  bool follow_logs(const std::string& container, const LogSink& sink, const LogOptions& options = {},
                   Deadline deadline = {}) const;

  /// Throws EngineError Conflict when it is not running.
  [[nodiscard]] ProcessTable top(const std::string& container, const std::string& ps_args = "-ef",
                                 Deadline deadline = {}) const;
  /// Takes one sample without waiting for a second one (`stream=false&one-shot=true`).
  [[nodiscard]] ContainerStats stats(const std::string& container, Deadline deadline = {}) const;

  /// Returns what differs from the image, directories of changed files too, in no order. What lies in volumes
  /// and tmpfs mounts is not seen. `GET /containers/ID/changes`.
  [[nodiscard]] std::vector<FileChange> changes(const std::string& container, Deadline deadline = {}) const;

  /// Returns the file or directory `path` as an uncompressed tar archive, whose entries begin with the path's
  /// last component. Works on a container that does not run. Throws EngineError NotFound; ProtocolError
  /// ResponseTooLarge when the archive has more than `limit` bytes. `GET /containers/ID/archive`.
  [[nodiscard]] std::string get_archive(const std::string& container, const std::string& path,
                                        std::size_t limit = std::size_t{1} << 30,
                                        Deadline deadline = {}) const;
  /// Unpacks `tar` (an uncompressed tar archive) into the directory `path`, which must exist.
  /// `PUT /containers/ID/archive`.
  void put_archive(const std::string& container, const std::string& path, std::string tar,
                   Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
