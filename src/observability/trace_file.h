// The file that trace events go to: a JSON array that is whole after every event.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace drydock::trace {

/// Thread-safe. Never throws for what the file system does: it then writes nothing more, and says so once in
/// the log.
class TraceFile {
 public:
  /// Opens `path` for one process, with mode 0600, or "path.PID" while another process has it open here. An
  /// empty path opens nothing.
  explicit TraceFile(const std::string& path);

  [[nodiscard]] bool is_open() const noexcept { return file_.valid(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Appends one event, a JSON object.
  void append(std::string_view event) noexcept;

 private:
  void open(const std::string& path);

  std::string path_{};
  UniqueFd file_{};
  std::mutex mutex_{};
  long end_{0};  // where the array's closing bracket stands
  bool has_failed_{false};
};

/// Returns `text` as a JSON string, quoted; what is not UTF-8 becomes U+FFFD, and secrets are masked.
[[nodiscard]] std::string json_string(std::string_view text);

/// Returns `path` with "%p" replaced by the process id.
[[nodiscard]] std::string with_process_id(std::string path, long process);

}  // namespace drydock::trace
