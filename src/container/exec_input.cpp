#include "container/exec_input.h"

#include <algorithm>

namespace drydock {
namespace {

constexpr std::size_t kSourcePiece = std::size_t{64} << 10;

}  // namespace

ExecInput::ExecInput(const ExecOptions& options)
    : options_(options), open_(options.input.has_value() || static_cast<bool>(options.input_source)) {
  if (options.input) {
    pending_ = *options.input;
    last_ = true;
    last_byte_ = pending_.empty() ? '\n' : pending_.back();
  }
}

void ExecInput::refill() {
  buffer_.resize(kSourcePiece);
  const std::size_t size = std::min(options_.input_source(buffer_), buffer_.size());
  pending_ = {buffer_.data(), size};
  last_ = size == 0;
  last_byte_ = size == 0 ? last_byte_ : pending_.back();
}

void ExecInput::write_to(Duplex& stream) {
  if (pending_.empty() && !last_) {
    refill();
  }
  try {
    if (!pending_.empty()) {
      pending_.remove_prefix(stream.write(pending_));
    }
    if (pending_.empty() && last_) {
      finish(stream);
    }
  } catch (const ConnectionError&) {
    // The engine closed its end: the command has ended or closed its stdin. Reading tells whether the
    // connection is broken altogether.
    refused_ = true;
    stop();
  }
}

void ExecInput::finish(Duplex& stream) {
  if (!options_.tty) {
    stream.close_write();
    stop();
    return;
  }
  if (!end_of_file_.empty()) {
    stop();
    return;
  }
  // The engine closes a terminal's output as soon as the client half-closes, and what the command still
  // prints is lost. A terminal ends its input by EOT: once at the start of a line, twice within one.
  end_of_file_ = last_byte_ == '\n' ? "\x04" : "\x04\x04";
  pending_ = end_of_file_;
}

}  // namespace drydock
