// Where an exec's output goes: to the caller's sinks, or into the result up to a limit. Not thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "drydock/container/exec.h"

#include "transport/frame_decoder.h"

namespace drydock {

class ExecOutput {
 public:
  enum class State { Open, Cancelled, LimitPassed };

  /// Both must outlive this.
  ExecOutput(const ExecOptions& options, ExecResult& result) : options_(options), result_(result) {}

  /// Takes a piece of one stream; returns false when no more is wanted, and state() tells why. What a sink
  /// throws passes through.
  bool take(FrameStream stream, std::string_view piece);
  [[nodiscard]] State state() const noexcept { return state_; }

 private:
  bool hand_to(const OutputSink& sink, std::string_view piece);
  bool keep(std::string& kept, std::string_view piece);

  const ExecOptions& options_;
  ExecResult& result_;
  State state_{State::Open};
};

}  // namespace drydock
