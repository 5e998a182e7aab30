// How an ExecResult reads in a failed test.
#include <cstring>
#include <ostream>

#include <fmt/format.h>

#include "drydock/container/exec.h"

#include "base/exit_code.h"
#include "base/redaction.h"
#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kLines = 20;
constexpr std::size_t kLineBytes = 1000;

std::string meaning(const ExecResult& result) {
  const std::string words = exit_code_meaning(result.exit_code);
  return words.empty() ? "" : " (" + words + ")";
}

std::string format_time(std::chrono::nanoseconds time) {
  const double ms = std::chrono::duration<double, std::milli>{time}.count();
  return ms < 1000 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.2f} s", ms / 1000);
}

std::string format_stream(const char* name, const std::string& bytes) {
  if (bytes.empty()) {
    return fmt::format("\n  {}: empty", name);
  }
  const std::string_view shown = text::last_lines(bytes, kLines);
  const bool ends_line = shown.back() == '\n';
  std::string out = fmt::format(
      "\n  {}{}:", name, shown.size() < bytes.size() ? fmt::format(", the last {} lines", kLines) : "");
  for (const std::string& line : text::split(ends_line ? shown.substr(0, shown.size() - 1) : shown, '\n')) {
    out += "\n    " + text::printable(line, kLineBytes);
  }
  return out + (ends_line ? "" : "  (no line end)");
}

}  // namespace

void PrintTo(const ExecResult& result, std::ostream* stream) {
  *stream << fmt::format("{} in container '{}': {}exit code {}{}, {}{}{}{}",
                         text::printable(text::shell_join(redacted(result.argv)), kLineBytes),
                         result.container, result.cancelled ? "cancelled, " : "", result.exit_code,
                         meaning(result), format_time(result.wall_time),
                         result.note.empty() ? "" : ", " + result.note, format_stream("stdout", result.out),
                         format_stream("stderr", result.err))
          << (result.truncated ? "\n  (output over the limit was dropped)" : "");
}

}  // namespace drydock
