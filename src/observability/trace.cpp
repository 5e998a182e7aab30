#include "drydock/observability/trace.h"

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/observability/log.h"

#include "base/per_process.h"
#include "observability/trace_file.h"

namespace drydock::trace {
namespace {

std::string path_from_environment() {
  const char* const value = std::getenv("DRYDOCK_TRACE");
  return value != nullptr ? with_process_id(value, ::getpid()) : std::string{};
}

/// This process's file. A forked child opens one of its own: "file.json.PID", for the parent's is locked.
class Tracer {
 public:
  explicit Tracer(const Tracer* inherited)
      : path_(inherited != nullptr ? inherited->path_ : path_from_environment()) {}

  /// Opens the file at the first call: of two tracers that threads make at once, one is thrown away.
  TraceFile& file() {
    std::call_once(opened_, [this] {
      file_.emplace(path_);
      if (file_->is_open()) {
        file_->append(
            fmt::format(R"({{"name":"process_name","ph":"M","pid":{},"tid":{},"args":{{"name":{}}}}})",
                        ::getpid(), ::syscall(SYS_gettid), json_string(program_invocation_short_name)));
      }
    });
    return *file_;
  }

 private:
  const std::string path_;
  std::once_flag opened_{};
  std::optional<TraceFile> file_{};
};

PerProcess<Tracer> tracers;

/// Whether the variable is set at all: what costs next to nothing when it is not.
bool is_asked_for() noexcept {
  const char* const value = std::getenv("DRYDOCK_TRACE");
  return value != nullptr && *value != '\0';
}

std::int64_t microseconds(std::chrono::steady_clock::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

}  // namespace

bool enabled() noexcept {
  try {
    return is_asked_for() && tracers.get().file().is_open();
  } catch (const std::exception& error) {
    log::warn(error.what());
    return false;
  }
}

Span::Span(std::string_view name, std::string_view category) : on_(enabled()) {
  if (on_) {
    name_ = name;
    category_ = category;
    start_ = std::chrono::steady_clock::now();
  }
}

Span::~Span() {
  if (!on_) {
    return;
  }
  try {
    const auto end = std::chrono::steady_clock::now();
    std::string notes;
    for (const auto& [key, value] : notes_) {
      notes += fmt::format("{}{}:{}", notes.empty() ? "" : ",", json_string(key), value);
    }
    tracers.get().file().append(
        fmt::format(R"({{"name":{},"cat":{},"ph":"X","ts":{},"dur":{},"pid":{},"tid":{},"args":{{{}}}}})",
                    json_string(name_), json_string(category_), microseconds(start_.time_since_epoch()),
                    microseconds(end - start_), ::getpid(), ::syscall(SYS_gettid), notes));
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

void Span::note(std::string_view key, std::string_view value) {
  if (on_) {
    notes_.emplace_back(key, json_string(value));
  }
}

void Span::note(std::string_view key, std::int64_t value) {
  if (on_) {
    notes_.emplace_back(key, std::to_string(value));
  }
}

}  // namespace drydock::trace
