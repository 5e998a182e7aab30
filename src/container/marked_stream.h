// Takes one stream of a standing shell apart: what stands between a command's two marks is its output. Pure:
// no I/O. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

/// The stream is: anything, MARK "B\n", the output, MARK "E", a status, "\n", anything.
class MarkedStream {
 public:
  explicit MarkedStream(std::string_view mark);

  /// Takes the next bytes, in pieces of any size, and returns those of them that are output, and of those
  /// held back before that turned out to be. Good until the next call.
  std::string_view feed(std::string_view piece);

  [[nodiscard]] bool has_begun() const noexcept { return state_ != State::Before; }
  [[nodiscard]] bool is_done() const noexcept { return state_ == State::Done; }
  /// Returns what stood after the end's mark; the first 64 bytes of it.
  [[nodiscard]] const std::string& status() const noexcept { return status_; }
  /// Returns the first 4 KiB of what came, while it has not begun.
  [[nodiscard]] const std::string& before() const noexcept { return held_; }

 private:
  enum class State { Before, Within, Status, Done };

  std::string_view begin(std::string_view piece);
  std::string_view within(std::string_view piece);
  void end(std::string_view piece);
  [[nodiscard]] std::string::size_type held_back(std::string_view bytes) const;

  const std::string begin_, end_;
  State state_{State::Before};
  std::string held_{}, joined_{}, status_{};
};

}  // namespace drydock
