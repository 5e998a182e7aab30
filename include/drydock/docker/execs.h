// The Engine API's execs, call by call. To run a command and have its output and exit code see
// container/exec.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/transport/exchange.h"

namespace drydock {

class EngineLink;

using ExecId = std::string;

/// `POST /containers/ID/exec`.
struct ExecConfig {
  std::vector<std::string> argv{};
  std::map<std::string, std::string> env{};
  std::string user{};         ///< "name", "uid", "uid:gid"; empty: the container's
  std::string working_dir{};  ///< absolute; empty: the container's
  bool privileged{false};
  bool tty{false};
  bool attach_stdin{false}, attach_stdout{true}, attach_stderr{true};
};

/// `GET /exec/ID/json`.
struct ExecDetails {
  ExecId id{};
  std::string container_id{};
  bool running{false};
  std::optional<std::int64_t> exit_code{};  ///< empty until it has ended
  std::int64_t pid{0};                      ///< in the engine's pid namespace
};

class Execs {
 public:
  explicit Execs(std::shared_ptr<EngineLink> link) : link_(std::move(link)) {}

  /// Throws EngineError: NotFound, Conflict (container not running or paused).
  ExecId create(const std::string& container, const ExecConfig& config, Deadline deadline = {}) const;
  /// Starts it and returns the raw stream: frames (see transport/frame_decoder.h) unless it has a tty.
  std::unique_ptr<Duplex> start(const ExecId& exec, bool tty, Deadline deadline = {}) const;
  /// Starts it and returns at once.
  void start_detached(const ExecId& exec, bool tty, Deadline deadline = {}) const;
  [[nodiscard]] ExecDetails inspect(const ExecId& exec, Deadline deadline = {}) const;
  void resize(const ExecId& exec, int rows, int columns, Deadline deadline = {}) const;

 private:
  std::shared_ptr<EngineLink> link_;
};

}  // namespace drydock
