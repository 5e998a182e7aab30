// The log: short lines about what Drydock did and what it could not do, through a sink that a program may
// replace. Thread-safe. What a Secret holds is masked in every line; beyond that, callers pass no secrets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace drydock::log {

enum class Level { Debug, Info, Warn, Error, Off };

using Sink = std::function<void(Level, std::string_view line)>;

/// Replaces the sink (default: one line a message on stderr, written with a single write). An empty sink
/// restores the default. The sink may be called from any thread, and from destructors; what it throws is
/// dropped.
void set_sink(Sink sink);

/// Sets the lowest level that reaches the sink. Default: DRYDOCK_LOG (debug, info, warn, error, off), else
/// warn.
void set_level(Level level);
[[nodiscard]] Level level() noexcept;

void write(Level level, std::string_view message) noexcept;
inline void debug(std::string_view message) noexcept {
  write(Level::Debug, message);
}
inline void info(std::string_view message) noexcept {
  write(Level::Info, message);
}
inline void warn(std::string_view message) noexcept {
  write(Level::Warn, message);
}
inline void error(std::string_view message) noexcept {
  write(Level::Error, message);
}

}  // namespace drydock::log
