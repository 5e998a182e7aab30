#include "container/shell_turn.h"

#include <utility>

#include "drydock/base/error.h"

namespace drydock {
namespace {

Deadline earlier(Deadline a, Deadline b) {
  return a.remaining() <= b.remaining() ? a : b;
}

}  // namespace

ShellTurn::ShellTurn(Duplex& stream, std::string_view mark, std::string text, FrameDecoder::Sink sink)
    : stream_(stream),
      text_(std::move(text)),
      unsent_(text_),
      sink_(std::move(sink)),
      out_(mark),
      err_(mark),
      take_([this](FrameStream from, std::string_view piece) {
        const bool is_error = from == FrameStream::Stderr || from == FrameStream::SystemError;
        const std::string_view output = (is_error ? err_ : out_).feed(piece);
        if (!output.empty() && !stopped_ && !discards_) {
          stopped_ = !sink_(from, output);
        }
        return true;  // the rest of what was read must be walked through, whoever wants it
      }),
      buffer_(kReadSize, '\0') {}

ShellTurn::End ShellTurn::run(Deadline deadline, Deadline until) {
  if (is_done()) {
    return End::Complete;  // it came with what the sink wanted no more of
  }
  const Deadline next = earlier(deadline, until);
  while (!next.expired()) {
    const Duplex::Ready ready = stream_.wait(!unsent_.empty(), next);
    if (ready.readable) {
      const End end = read_once();
      if (end != End::Ticked) {
        return end;
      }
    }
    if (ready.writable && !unsent_.empty()) {
      write_some();
    }
  }
  return deadline.expired() ? End::Deadline : End::Ticked;
}

void ShellTurn::write_some() {
  try {
    unsent_.remove_prefix(stream_.write(unsent_));
  } catch (const ConnectionError&) {
    unsent_ = {};  // the shell has ended: reading tells
  }
}

/// Returns Ticked when there is more to come.
ShellTurn::End ShellTurn::read_once() {
  const std::size_t size = stream_.read(buffer_);
  if (size == 0) {
    if (!decoder_.at_boundary()) {
      throw ConnectionError("the engine ended the shell's output inside a frame", true);
    }
    return End::Closed;
  }
  received_ += size;
  decoder_.feed({buffer_.data(), size}, take_);
  if (stopped_ && !discards_) {
    return End::Stopped;
  }
  return is_done() ? End::Complete : End::Ticked;
}

}  // namespace drydock
