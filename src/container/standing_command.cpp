#include "container/standing_command.h"

#include <algorithm>
#include <array>
#include <exception>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/redaction.h"
#include "base/text.h"
#include "container/cut_off.h"

namespace drydock {
namespace {

constexpr std::size_t kReadSize = std::size_t{64} << 10;
// Words on stderr that are kept for when it ends.
constexpr std::size_t kErrorLimit = std::size_t{16} << 10;
// The engine may tell of a command's end before it tells of its container's, which was the cause.
constexpr std::chrono::milliseconds kDeathLimit{250};
constexpr std::chrono::seconds kSettleLimit{5};

ExecConfig exec_config(const StandingCommandConfig& config) {
  return {.argv = config.argv, .env = config.env, .user = config.user, .attach_stdin = true};
}

}  // namespace

StandingCommand::StandingCommand(Client client, std::string container, StandingCommandConfig config,
                                 Deadline deadline)
    : client_(std::move(client)),
      container_(std::move(container)),
      config_(std::move(config)),
      process_(::getpid()),
      stream_(start(deadline)),
      sink_([this](FrameStream from, std::string_view piece) { return take(from, piece); }) {}

std::unique_ptr<Duplex> StandingCommand::start(Deadline deadline) const {
  try {
    return client_.execs().start(client_.execs().create(container_, exec_config(config_), deadline), false,
                                 deadline);
  } catch (const EngineError& error) {
    if (error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Conflict) {
      throw_if_cut_off(client_, container_, {}, deadline, who(), "", context());
    }
    throw;
  }
}

bool StandingCommand::usable() noexcept {
  if (broken_ || process_ != ::getpid()) {
    return false;
  }
  try {
    while (stream_->wait(false, Deadline::in(std::chrono::milliseconds{0})).readable) {
      if (!read_once()) {
        broken_ = true;
        return false;
      }
    }
  } catch (const std::exception&) {
    broken_ = true;  // the next one says why, if it cannot be started
  }
  return !broken_;
}

std::string StandingCommand::ask(std::string_view text, std::string_view end, Deadline deadline) {
  broken_ = true;  // until the turn is over
  out_.clear();
  std::string::size_type searched = 0;
  for (;;) {
    if (deadline.expired()) {
      throw TimeoutError(fmt::format("{} did not answer in time{}", who(),
                                     err_.empty() ? "" : "; its last words: " + text::printable(err_, 400)),
                         context());
    }
    const Duplex::Ready ready = stream_->wait(!text.empty(), deadline);
    if (ready.readable) {
      if (!read_once()) {
        throw_end();
      }
      const std::string::size_type found = find_line(end, searched);
      if (found != std::string::npos) {
        out_.resize(found);
        broken_ = false;
        return std::move(out_);
      }
      searched = out_.size() - std::min(out_.size(), end.size() + 1);
    }
    if (ready.writable && !text.empty()) {
      write_some(text);
    }
  }
}

void StandingCommand::write_some(std::string_view& text) {
  try {
    text.remove_prefix(stream_->write(text));
  } catch (const ConnectionError&) {
    throw_end();
  }
}

/// Returns false at the end of the stream.
bool StandingCommand::read_once() {
  std::array<char, kReadSize> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  const std::size_t size = stream_->read(buffer);
  return size != 0 && decoder_.feed({buffer.data(), size}, sink_);
}

bool StandingCommand::take(FrameStream from, std::string_view piece) {
  if (from != FrameStream::Stdout) {
    err_.append(piece);
    err_.erase(0, err_.size() - std::min(err_.size(), kErrorLimit));
    return true;
  }
  if (out_.size() + piece.size() > config_.answer_limit) {
    throw Error(ErrorCode::OutputLimit,
                fmt::format("{} printed more than {} bytes in one turn", who(), config_.answer_limit),
                context());
  }
  out_.append(piece);
  return true;
}

/// Returns where a line that is `line` begins at or after `from`, which lies where none can have begun.
std::string::size_type StandingCommand::find_line(std::string_view line, std::string::size_type from) const {
  for (auto found = out_.find(line, from); found != std::string::npos; found = out_.find(line, found + 1)) {
    const bool begins = found == 0 || out_[found - 1] == '\n';
    if (begins && found + line.size() < out_.size() && out_[found + line.size()] == '\n') {
      return found;
    }
  }
  return std::string::npos;
}

void StandingCommand::throw_end() {
  const std::string& last = err_.empty() ? out_ : err_;
  const std::string words = last.empty() ? "" : ": " + text::printable(last, 600);
  throw_if_cut_off(client_, container_, kDeathLimit, Deadline::in(kSettleLimit), who(), words, context());
  throw Error(ErrorCode::CommandFailed, fmt::format("{} has ended{}", who(), words), context());
}

std::string StandingCommand::who() const {
  return fmt::format("the standing command '{}' in container '{}'",
                     text::printable(text::shell_join(redacted(config_.argv))), short_id(container_));
}

ErrorContext StandingCommand::context() const {
  return {.operation = "standing command", .resource = short_id(container_)};
}

}  // namespace drydock
