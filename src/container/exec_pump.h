// Moves an exec's bytes: stdin out, stdout and stderr in, side by side in the calling thread, so that neither
// direction can block the other. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "drydock/base/deadline.h"
#include "drydock/transport/exchange.h"

#include "container/exec_input.h"
#include "container/exec_output.h"
#include "transport/frame_decoder.h"

namespace drydock {

class ExecPump {
 public:
  enum class End {
    Closed,    ///< the stream ended
    Stopped,   ///< the output wants no more; ExecOutput::state() tells why
    Deadline,  ///< the deadline passed
    Ticked,    ///< the point in time of `until` was reached
  };

  /// All must outlive this. Without a tty the stream is made of frames.
  ExecPump(Duplex& stream, bool tty, ExecInput& input, ExecOutput& output);

  /// Moves bytes until something of End happens; may be called again after Ticked and Deadline. Throws
  /// ConnectionError when the stream ends inside a frame, and what sinks and sources throw.
  End run(Deadline deadline, Deadline until = {});
  /// Returns the number of bytes read so far.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }

 private:
  End read_once();
  std::size_t read_some();

  Duplex& stream_;
  ExecInput& input_;
  ExecOutput& output_;
  bool tty_;
  std::uint64_t received_{0};
  FrameDecoder decoder_{};
  FrameDecoder::Sink sink_;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace drydock
