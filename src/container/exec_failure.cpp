#include "container/exec_failure.h"

#include <utility>

#include <fmt/format.h>

#include "base/redaction.h"
#include "base/text.h"

namespace drydock {

std::string describe_command(const ExecResult& result) {
  return fmt::format("command '{}' in container '{}'",
                     text::printable(text::shell_join(redacted(result.argv))), result.container);
}

std::string describe_tail(const ExecResult& result) {
  const std::string& text = result.err.empty() ? result.out : result.err;
  return text.empty()
             ? ""
             : fmt::format("; its last output: '{}'", text::printable(text::last_lines(text, 3), 400));
}

ErrorContext exec_context(const ExecResult& result) {
  return {.operation = "exec", .resource = result.container};
}

void throw_exec_timeout(const ExecOptions& options, ExecResult result) {
  const std::string message = fmt::format("{} ran past its timeout of {} ms; {}{}", describe_command(result),
                                          options.timeout.count(), result.note, describe_tail(result));
  const ErrorContext where = exec_context(result);
  throw ExecTimeoutError(message, std::move(result), where);
}

void throw_output_limit(const ExecOptions& options, ExecResult result) {
  const std::string message = fmt::format(
      "{} wrote more than its output limit of {} bytes; {}; raise output_limit, or take the output "
      "through a sink",
      describe_command(result), options.output_limit, result.note);
  const ErrorContext where = exec_context(result);
  throw OutputLimitError(message, std::move(result), where);
}

}  // namespace drydock
