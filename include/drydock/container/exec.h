// Running a command in a container: output, exit code, time.
//
// A command is ended at its timeout, when a sink cancels, and at its output limit. The Engine API cannot do
// that, so each command finds the variable DRYDOCK_EXEC_ID in its environment, its children inherit it, and a
// second exec kills every process that has it: by the container's `sh`, within 5 s. Where that cannot be done
// (no `sh`, a paused container, a command that cleared its environment) the result's note says that the
// command may still run, and why. run_detached() sets no such variable.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drydock/base/deadline.h"
#include "drydock/base/error.h"

namespace drydock {

class Client;

/// Receives output as it comes; the next read waits until it returns, which is back-pressure on the command.
/// Returning false cancels: the command is ended like at a timeout.
using OutputSink = std::function<bool(std::string_view piece)>;

/// Fills `buffer` and returns the number of bytes, 0 at the end. May block: the exec then waits.
using InputSource = std::function<std::size_t(std::span<char> buffer)>;

enum class OnOutputLimit {
  Fail,      ///< throw OutputLimitError
  Truncate,  ///< keep the first bytes, drop the rest, set ExecResult::truncated
};

enum class ExecEnds {
  WithStream,   ///< when stdout and stderr are closed by all who hold them
  WithProcess,  ///< when the command itself has ended, though a background child may still hold its output
};

enum class ExecMode {
  Plain,  ///< one exec for the command: three requests, and tens of milliseconds of the engine's
  Fast,   ///< through the guard's own standing shell where it can (container/shell.h), else plain
};

struct ExecOptions {
  std::chrono::milliseconds timeout{std::chrono::seconds{60}};  ///< whole
  std::map<std::string, std::string> env{};
  std::string user{};
  std::string working_dir{};  ///< absolute
  bool privileged{false};
  bool tty{false};  ///< stdout and stderr then come as one, in ExecResult::out, with \r\n line ends; input is
                    ///< echoed by the terminal, and ended by its end-of-file character
  std::optional<std::string> input{};   ///< bytes for stdin, closed after them
  InputSource input_source{};           ///< or a source; not both. Without either stdin is /dev/null
  OutputSink on_stdout{}, on_stderr{};  ///< a stream with a sink is not kept in the result
  std::size_t output_limit{std::size_t{64} << 20};  ///< bytes kept of stdout and stderr together
  OnOutputLimit on_output_limit{OnOutputLimit::Fail};
  ExecEnds ends{ExecEnds::WithStream};
  /// Of TestContainer::exec() and sh() and what calls them; run_exec() and detached commands are plain.
  ExecMode mode{ExecMode::Plain};
};

struct ExecResult {
  std::vector<std::string> argv{};
  std::string container{};  ///< name and short id, for messages
  int exit_code{-1};        ///< 128 + n after signal n; -1: none is known, and the note says why
  std::string out{}, err{};
  std::chrono::nanoseconds wall_time{0};  ///< from the create to the settled end
  bool truncated{false};
  bool cancelled{false};  ///< a sink returned false
  std::string
      note{};  ///< what else is to be known: how a cancelled command was ended, or that it may still run

  [[nodiscard]] bool ok() const noexcept { return exit_code == 0 && !cancelled; }
};

/// Prints command, exit code, time and the ends of stdout and stderr, for test failures.
void PrintTo(const ExecResult& result, std::ostream* stream);

/// A command ran past its timeout. The output so far is kept; result().note says whether the command was
/// ended.
class ExecTimeoutError : public Error {
 public:
  ExecTimeoutError(const std::string& message, ExecResult result, ErrorContext context = {})
      : Error(ErrorCode::ExecTimeout, message, std::move(context)), result_(std::move(result)) {}
  [[nodiscard]] const ExecResult& result() const noexcept { return result_; }

 private:
  ExecResult result_;
};

/// A command wrote more than its output limit; it was ended like at a timeout, the first bytes are kept.
class OutputLimitError : public Error {
 public:
  OutputLimitError(const std::string& message, ExecResult result, ErrorContext context = {})
      : Error(ErrorCode::OutputLimit, message, std::move(context)), result_(std::move(result)) {}
  [[nodiscard]] const ExecResult& result() const noexcept { return result_; }

 private:
  ExecResult result_;
};

/// Runs `argv` in the container and returns when it has ended; settled by an exec inspect, never by the
/// stream's end alone. A command that cannot be run (126, 127) is a result, not an error: its message is in
/// the output. Makes three requests: exec create, exec start, exec inspect. Throws ExecTimeoutError,
/// OutputLimitError, InvalidArgumentError (empty argv, NUL bytes, an argument or environment of 128 KiB or
/// more), EngineError (NotFound, Conflict when it is not running), ContainerExited when the container died
/// under the command.
ExecResult run_exec(const Client& client, const std::string& container, const std::vector<std::string>& argv,
                    const ExecOptions& options = {});

/// Starts `argv` and returns its exec id at once; nothing of its output is seen.
std::string run_detached(const Client& client, const std::string& container,
                         const std::vector<std::string>& argv, const ExecOptions& options = {});

}  // namespace drydock
