#include "docker/log_tail.h"

namespace drydock {

void LogTail::append(LogStream stream, std::string_view bytes) {
  constexpr std::size_t kPieceSize = std::size_t{64} << 10;  // so that dropping one costs little
  if (bytes.size() > limit_) {
    bytes.remove_prefix(bytes.size() - limit_);
    truncated_ = true;
  }
  const bool joins =
      !pieces_.empty() && pieces_.back().stream == stream && pieces_.back().bytes.size() < kPieceSize;
  if (joins) {
    pieces_.back().bytes += bytes;
  } else {
    pieces_.push_back({stream, std::string{bytes}});
  }
  size_ += bytes.size();
  while (size_ - pieces_.front().bytes.size() >= limit_ && pieces_.size() > 1) {
    size_ -= pieces_.front().bytes.size();
    truncated_ = true;
    pieces_.pop_front();
  }
}

void LogTail::drop_surplus() {
  if (size_ > limit_) {
    pieces_.front().bytes.erase(0, size_ - limit_);
    size_ = limit_;
    truncated_ = true;
  }
}

Logs LogTail::take() && {
  drop_surplus();
  Logs logs{.truncated = truncated_};
  logs.all.reserve(size_);
  for (const Piece& piece : pieces_) {
    logs.all += piece.bytes;
    (piece.stream == LogStream::Stdout ? logs.out : logs.err) += piece.bytes;
  }
  return logs;
}

}  // namespace drydock
