#include "container/exec_pump.h"

#include "drydock/base/error.h"

namespace drydock {
namespace {

// A Unix socket hands over some 200 KiB at a time; with 4 KiB reads a stream costs four times the CPU.
constexpr std::size_t kReadSize = std::size_t{256} << 10;

Deadline earlier(Deadline a, Deadline b) {
  return a.remaining() <= b.remaining() ? a : b;
}

}  // namespace

ExecPump::ExecPump(Duplex& stream, bool tty, ExecInput& input, ExecOutput& output)
    : stream_(stream),
      input_(input),
      output_(output),
      tty_(tty),
      sink_([this](FrameStream from, std::string_view piece) { return output_.take(from, piece); }),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadSize)) {}

ExecPump::End ExecPump::run(Deadline deadline, Deadline until) {
  const Deadline next = earlier(deadline, until);
  while (!next.expired()) {
    const Duplex::Ready ready = stream_.wait(input_.open(), next);
    if (ready.readable) {
      const End end = read_once();
      if (end != End::Ticked) {
        return end;
      }
    }
    if (ready.writable && input_.open()) {
      input_.write_to(stream_);
    }
  }
  return deadline.expired() ? End::Deadline : End::Ticked;
}

/// Returns 0 at the end of the stream. An engine that closes a connection with input in it that the command
/// did not read resets it, once all output was read: that is an end, too, and how the command ended is asked
/// for next.
std::size_t ExecPump::read_some() {
  try {
    return stream_.read({buffer_.get(), kReadSize});
  } catch (const ConnectionError&) {
    if (!input_.is_left_over()) {
      throw;
    }
    return 0;
  }
}

/// Returns Ticked when there is more to come.
ExecPump::End ExecPump::read_once() {
  const std::size_t size = read_some();
  if (size == 0) {
    if (!tty_ && !decoder_.at_boundary()) {
      throw ConnectionError("the engine ended the command's output inside a frame", true);
    }
    return End::Closed;
  }
  received_ += size;
  const std::string_view bytes{buffer_.get(), size};
  const bool more = tty_ ? output_.take(FrameStream::Stdout, bytes) : decoder_.feed(bytes, sink_);
  return more ? End::Ticked : End::Stopped;
}

}  // namespace drydock
