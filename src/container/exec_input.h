// What an exec's stdin is fed from: bytes or a source, written as the stream takes them. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/container/exec.h"
#include "drydock/transport/exchange.h"

namespace drydock {

class ExecInput {
 public:
  /// `options` must outlive this.
  explicit ExecInput(const ExecOptions& options);

  /// Returns whether there may be something left to write, or the end to tell.
  [[nodiscard]] bool open() const noexcept { return open_; }
  /// Writes what goes without blocking, and ends the direction after the last byte. A command that no longer
  /// reads its stdin is not an error: the rest is dropped. What the source throws passes through.
  void write_to(Duplex& stream);
  void stop() noexcept { open_ = false; }
  /// Returns whether some of it was not taken: there is more to write, or the engine refused the rest.
  [[nodiscard]] bool is_left_over() const noexcept { return open_ || refused_; }

 private:
  void refill();
  void finish(Duplex& stream);

  const ExecOptions& options_;
  bool open_;
  bool refused_{false};
  bool last_{false};  // pending_ is the last piece
  char last_byte_{'\n'};
  std::vector<char> buffer_{};
  std::string end_of_file_{};
  std::string_view pending_{};
};

}  // namespace drydock
