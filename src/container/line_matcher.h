// Counts the lines of a byte stream that contain a text or match a pattern, and remembers the newest lines.
// Lines that are split over pieces are put together first. Pure: no I/O. Not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace drydock {

/// A compiled text and POSIX extended regular expression. std::regex is of no use here: it overflows the
/// stack on a line of 60 KB.
class LinePattern {
 public:
  /// Throws InvalidArgumentError when `matches` is no POSIX extended regular expression.
  LinePattern(std::string contains, const std::string& matches);
  ~LinePattern();
  LinePattern(const LinePattern&) = delete;
  LinePattern& operator=(const LinePattern&) = delete;

  /// Returns whether the line, given without its end, is one. In a line that may still grow, `$` matches
  /// nothing.
  [[nodiscard]] bool matches(std::string_view line, bool complete) const;

 private:
  struct Compiled;
  std::string contains_;
  std::unique_ptr<Compiled> compiled_;  // null without a pattern
};

/// One stream's lines. Two streams that are read side by side take one counter each.
class LineCounter {
 public:
  /// `pattern` must outlive this.
  explicit LineCounter(const LinePattern& pattern) : pattern_(pattern) {}

  /// Takes the next bytes, in pieces of any size.
  void feed(std::string_view piece);
  /// Tells that the unfinished line will not grow any more.
  void finish();

  /// Returns the number of lines that match, an unfinished one among them.
  [[nodiscard]] int count() const noexcept { return count_; }
  /// Returns the newest lines, shortened, the newest one last.
  [[nodiscard]] std::deque<std::string> newest() const;

 private:
  void end_line();
  void judge(std::string_view line, bool complete);
  void remember(std::string_view line);

  const LinePattern& pattern_;
  std::string unfinished_{};
  bool unfinished_counted_{false};
  int count_{0};
  std::deque<std::string> newest_{};
};

}  // namespace drydock
