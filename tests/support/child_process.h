// A program that runs beside the test: it is heard while it runs, sent signals, and waited for.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {

/// How a process ended.
struct ProcessEnd {
  int exit_code{-1};  ///< -1 when a signal ended it
  int signal{0};
};

/// Not thread-safe. The destructor kills what still runs of the process's group.
class ChildProcess {
 public:
  /// Starts `argv` in a process group of its own, with `env` beside this process's environment; stdout and
  /// stderr are one. Throws std::system_error.
  explicit ChildProcess(std::vector<std::string> argv, const std::map<std::string, std::string>& env = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] const std::string& output() const noexcept { return output_; }

  /// Reads until a whole line begins with `prefix` and returns the rest of that line. Throws
  /// std::runtime_error, with the output, when the output ends or `limit` passes first.
  std::string hear(std::string_view prefix, std::chrono::seconds limit = std::chrono::seconds{60});

  /// Sends a signal; does nothing once the process has been waited for.
  void kill(int signal) const;
  void kill_group(int signal) const;

  /// Reads the output to its end and waits for the process. Kills its group after `limit`, which throws
  /// std::runtime_error with the output. The output lasts as long as any process holds it.
  ProcessEnd wait(std::chrono::seconds limit = std::chrono::seconds{60});
  /// Waits for the process alone, at most 60 s: another may still hold its output.
  ProcessEnd wait_process();

 private:
  enum class Read { More, End, Late };
  Read read_more(int timeout_ms);
  ProcessEnd reap();

  pid_t pid_{-1};
  UniqueFd reader_{};
  std::string output_{};
};

}  // namespace drydock
