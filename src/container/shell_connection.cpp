#include "container/shell_connection.h"

#include <exception>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"
#include "container/cut_off.h"
#include "container/shell_turn.h"

namespace drydock {
namespace {

// The engine may tell of a command's end before it tells of its container's, which was the cause.
constexpr std::chrono::milliseconds kDeathLimit{100};
// An environment larger than this cannot be given to an exec.
constexpr std::size_t kEnvironmentLimit = std::size_t{4} << 20;

ErrorContext context(const std::string& container) {
  return {.operation = "standing shell", .resource = short_id(container)};
}

[[noreturn]] void throw_without(const char* tool, const std::string& container, const std::string& image,
                                const std::string& words) {
  throw Error(
      ErrorCode::CommandNotStarted,
      fmt::format("a standing shell needs '{}', which the image '{}' of container '{}' does not have{}; use "
                  "exec() without ExecMode::Fast for its commands",
                  tool, image, short_id(container), words.empty() ? "" : " (" + words + ")"),
      context(container));
}

}  // namespace

ShellConnection::ShellConnection(const Client& client, std::string container, const std::string& image,
                                 Deadline deadline)
    : container_(std::move(container)), process_(::getpid()) {
  exec_id_ =
      client.execs().create(container_, {.argv = shell_script::argv(), .attach_stdin = true}, deadline);
  try {
    stream_ = client.execs().start(exec_id_, false, deadline);
  } catch (const EngineError& error) {
    if (error.code() == ErrorCode::CommandNotStarted) {
      throw_without("sh", container_, image, text::printable(error.what()));
    }
    throw;
  }
  hear(client, image, deadline);
}

void ShellConnection::hear(const Client& client, const std::string& image, Deadline deadline) {
  const std::string mark = shell_script::random_mark();
  std::string environment;
  ShellTurn turn{*stream_, mark, shell_script::beginning(mark),
                 [&environment](FrameStream /*from*/, std::string_view piece) {
                   environment += piece;
                   return environment.size() <= kEnvironmentLimit;
                 }};
  const ShellTurn::End end = turn.run(deadline);
  if (end == ShellTurn::End::Deadline) {
    throw TimeoutError(
        fmt::format("the shell in container '{}' did not answer in time", short_id(container_)),
        context(container_));
  }
  if (end != ShellTurn::End::Complete) {
    throw_no_shell(client, image, turn.words_before(), deadline);
  }
  abilities_ = shell_script::read_abilities(environment, turn.status());
  if (!abilities_.has_cat) {
    throw_without("cat", container_, image, "");
  }
}

void ShellConnection::throw_no_shell(const Client& client, const std::string& image, const std::string& words,
                                     Deadline deadline) const {
  throw_if_cut_off(client, container_, kDeathLimit, deadline,
                   fmt::format("the shell in container '{}'", short_id(container_)), "", context(container_));
  throw_without("sh", container_, image, text::printable(text::trim(words)));
}

bool ShellConnection::is_usable() noexcept {
  if (!stream_ || process_ != ::getpid()) {
    return false;
  }
  try {
    // Between two commands it says nothing: what is there to read is its end.
    return !stream_->wait(false, Deadline::in(std::chrono::milliseconds{0})).readable;
  } catch (const std::exception&) {
    return false;  // the next one says why, if it cannot be started
  }
}

}  // namespace drydock
