// Shows where a slow suite spends its time: with DRYDOCK_TRACE=file.json, every call on the engine and every
// phase of a container's life becomes a span in a file that Perfetto (https://ui.perfetto.dev) and
// chrome://tracing open. A program may add spans of its own. Thread-safe.
//
//   const trace::Span span{"load the fixtures", "test"};
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::trace {

/// Returns whether spans are written: DRYDOCK_TRACE names a file, and it could be opened. The file is the one
/// that DRYDOCK_TRACE names at the first span; "%p" in it stands for the process id.
///
/// The file is readable by its owner only, and whole JSON after every event, so that it can be read also when
/// the process is killed. One process writes to one file: a forked child, or another program with the same
/// variable, writes beside it, to "file.json.PID". A file that no running process writes to is written anew.
[[nodiscard]] bool enabled() noexcept;

/// One thing that takes time, from construction to destruction, in the thread that destroys it. Costs a look
/// at the environment when nothing is traced, about 5 us when it is. Values of secrets are masked.
class Span {
 public:
  /// `category` groups spans: Drydock's own are "call" and "phase".
  Span(std::string_view name, std::string_view category);
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  ~Span();

  /// Adds a detail, shown beside the span.
  void note(std::string_view key, std::string_view value);
  void note(std::string_view key, std::int64_t value);

 private:
  const bool on_;
  std::string name_{};
  std::string category_{};
  std::vector<std::pair<std::string, std::string>> notes_{};  // the value is JSON
  std::chrono::steady_clock::time_point start_{};
};

}  // namespace drydock::trace
