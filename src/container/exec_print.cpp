// How an ExecResult reads in a failed test.
#include <cstring>
#include <ostream>

#include <fmt/format.h>

#include "drydock/container/exec.h"

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::size_t kLines = 20;
constexpr std::size_t kLineBytes = 1000;

struct SignalName {
  int number;
  const char* name;
};

// Linux's numbers, not this host's: the command runs in a container.
constexpr SignalName kSignals[] = {{1, "SIGHUP"},   {2, "SIGINT"},   {3, "SIGQUIT"},  {4, "SIGILL"},
                                   {6, "SIGABRT"},  {7, "SIGBUS"},   {8, "SIGFPE"},   {9, "SIGKILL"},
                                   {11, "SIGSEGV"}, {13, "SIGPIPE"}, {14, "SIGALRM"}, {15, "SIGTERM"}};

std::string meaning(const ExecResult& result) {
  switch (result.exit_code) {
    case -1:
      return " (none is known)";
    case 126:
      return " (the command could not be run)";
    case 127:
      return " (no such command)";
    default:
      break;
  }
  for (const SignalName& signal : kSignals) {
    if (result.exit_code == 128 + signal.number) {
      return fmt::format(" ({})", signal.name);
    }
  }
  return {};
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
                         text::printable(text::shell_join(result.argv), kLineBytes), result.container,
                         result.cancelled ? "cancelled, " : "", result.exit_code, meaning(result),
                         format_time(result.wall_time), result.note.empty() ? "" : ", " + result.note,
                         format_stream("stdout", result.out), format_stream("stderr", result.err))
          << (result.truncated ? "\n  (output over the limit was dropped)" : "");
}

}  // namespace drydock
