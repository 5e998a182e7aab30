// Keeps the newest bytes of a log in the order in which they came, and the stream of each. Not thread-safe.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "drydock/docker/containers.h"

namespace drydock {

class LogTail {
 public:
  explicit LogTail(std::size_t limit) : limit_(limit) {}

  void append(LogStream stream, std::string_view bytes);

  /// Returns what was kept, and whether older bytes were dropped.
  [[nodiscard]] Logs take() &&;

 private:
  struct Piece {
    LogStream stream{};
    std::string bytes{};
  };

  void drop_surplus();

  std::size_t limit_;
  std::size_t size_{0};
  bool truncated_{false};
  std::deque<Piece> pieces_{};
};

}  // namespace drydock
