// One turn with a standing shell: a text goes in, and both of its streams are read up to their ends' marks,
// side by side in the calling thread. Not thread-safe; used once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "drydock/base/deadline.h"
#include "drydock/transport/exchange.h"

#include "container/marked_stream.h"
#include "transport/frame_decoder.h"

namespace drydock {

class ShellTurn {
 public:
  enum class End {
    Complete,  ///< both marks were seen; status() is the shell's
    Closed,    ///< the stream ended before
    Stopped,   ///< the sink wants no more; what is read by then is dropped
    Deadline,  ///< the deadline passed
    Ticked,    ///< the point in time of `until` was reached
  };

  /// `stream` must outlive this, and stand between two frames.
  ShellTurn(Duplex& stream, std::string_view mark, std::string text, FrameDecoder::Sink sink);

  /// Moves bytes until something of End happens; may be called again after Ticked and Deadline. Throws
  /// ConnectionError when the connection breaks, and what the sink throws.
  End run(Deadline deadline, Deadline until = {});

  /// Drops the output from now on, so that the shell can be heard out after Stopped or Deadline.
  void discard() noexcept { discards_ = true; }

  /// Returns whether the shell has taken the text up.
  [[nodiscard]] bool has_begun() const noexcept { return out_.has_begun(); }
  [[nodiscard]] const std::string& status() const noexcept { return out_.status(); }
  /// Returns the first words that came instead of an answer.
  [[nodiscard]] std::string words_before() const { return out_.before() + err_.before(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }

 private:
  static constexpr std::size_t kReadSize = std::size_t{64} << 10;

  void write_some();
  End read_once();
  [[nodiscard]] bool is_done() const noexcept { return out_.is_done() && err_.is_done(); }

  Duplex& stream_;
  const std::string text_;
  std::string_view unsent_;
  FrameDecoder::Sink sink_;
  MarkedStream out_, err_;
  FrameDecoder decoder_{};
  FrameDecoder::Sink take_;
  std::uint64_t received_{0};
  bool stopped_{false}, discards_{false};
  std::string buffer_;
};

}  // namespace drydock
