#include "drydock/observability/log.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <unistd.h>

#include "base/redaction.h"

namespace drydock::log {
namespace {

Level level_from_environment() {
  const char* value = std::getenv("DRYDOCK_LOG");
  const std::string_view name = value != nullptr ? value : "";
  if (name == "debug") return Level::Debug;
  if (name == "info") return Level::Info;
  if (name == "error") return Level::Error;
  if (name == "off") return Level::Off;
  return Level::Warn;
}

const char* name_of(Level level) noexcept {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warning";
    case Level::Error:
      return "error";
    case Level::Off:
      break;
  }
  return "";
}

// Never destroyed: guards with static storage log while the program ends.
struct State {
  std::atomic<Level> level{level_from_environment()};
  std::mutex mutex;
  std::shared_ptr<const Sink> sink;
};

State& state() {
  static State* const instance = new State;
  return *instance;
}

void write_to_stderr(Level level, std::string_view message) {
  std::string line = "drydock: ";
  line += name_of(level);
  line += ": ";
  line += message;
  line += '\n';
  // One write keeps lines of several threads and processes apart. There is nobody to tell when it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_sink(Sink sink) {
  State& s = state();
  std::shared_ptr<const Sink> next = sink ? std::make_shared<const Sink>(std::move(sink)) : nullptr;
  const std::lock_guard lock{s.mutex};
  s.sink = std::move(next);
}

void set_level(Level level) {
  state().level = level;
}
Level level() noexcept {
  return state().level;
}

void write(Level level, std::string_view message) noexcept {
  try {
    State& s = state();
    if (level < s.level.load() || level == Level::Off) {
      return;
    }
    std::shared_ptr<const Sink> sink;
    {
      const std::lock_guard lock{s.mutex};
      sink = s.sink;
    }
    std::string masked;
    if (holds_secret(message)) {
      masked = redacted(message);
      message = masked;
    }
    if (sink) {
      (*sink)(level, message);
    } else {
      write_to_stderr(level, message);
    }
  } catch (...) {
    // The log is the last resort for reports; it has none itself.
    return;
  }
}

}  // namespace drydock::log
