#include "container/exec_output.h"

#include <algorithm>

namespace drydock {

bool ExecOutput::take(FrameStream stream, std::string_view piece) {
  if (state_ != State::Open) {
    return false;
  }
  if (piece.empty()) {
    return true;
  }
  // Stream 3 is the engine's own complaint: people look for it where errors are.
  const bool is_error = stream == FrameStream::Stderr || stream == FrameStream::SystemError;
  const OutputSink& sink = is_error ? options_.on_stderr : options_.on_stdout;
  return sink ? hand_to(sink, piece) : keep(is_error ? result_.err : result_.out, piece);
}

bool ExecOutput::hand_to(const OutputSink& sink, std::string_view piece) {
  if (!sink(piece)) {
    state_ = State::Cancelled;
    return false;
  }
  return true;
}

bool ExecOutput::keep(std::string& kept, std::string_view piece) {
  const std::size_t used = result_.out.size() + result_.err.size();
  const std::size_t left = options_.output_limit - std::min(options_.output_limit, used);
  kept.append(piece.substr(0, left));
  if (piece.size() <= left) {
    return true;
  }
  result_.truncated = true;
  if (options_.on_output_limit == OnOutputLimit::Truncate) {
    return true;
  }
  state_ = State::LimitPassed;
  return false;
}

}  // namespace drydock
