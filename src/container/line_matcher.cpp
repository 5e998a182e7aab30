#include "container/line_matcher.h"

#include <array>
#include <regex.h>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock {
namespace {

// A longer line counts as several: a container that never ends its line must not fill the memory.
constexpr std::size_t kLineLimit = std::size_t{1} << 20;
constexpr std::size_t kNewestLines = 5;
constexpr std::size_t kShownBytes = 300;

std::string_view without_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);  // a terminal's line end
  }
  return line;
}

}  // namespace

struct LinePattern::Compiled {
  regex_t regex{};
};

LinePattern::LinePattern(std::string contains, const std::string& matches) : contains_(std::move(contains)) {
  if (matches.empty()) {
    return;
  }
  auto compiled = std::make_unique<Compiled>();
  if (const int code = ::regcomp(&compiled->regex, matches.c_str(), REG_EXTENDED | REG_NOSUB); code != 0) {
    std::array<char, 128> reason{};
    ::regerror(code, &compiled->regex, reason.data(), reason.size());
    throw InvalidArgumentError(fmt::format("'{}' is no POSIX extended regular expression: {}",
                                           text::printable(matches), reason.data()),
                               {.operation = "wait"});
  }
  compiled_ = std::move(compiled);
}

LinePattern::~LinePattern() {
  if (compiled_) {
    ::regfree(&compiled_->regex);
  }
}

bool LinePattern::matches(std::string_view line, bool complete) const {
  if (line.find(contains_) == std::string_view::npos) {
    return false;
  }
  if (!compiled_) {
    return true;
  }
  // REG_STARTEND bounds the line by its length: it is not copied, and may hold NULs.
  regmatch_t range{.rm_so = 0, .rm_eo = static_cast<regoff_t>(line.size())};
  const int flags = REG_STARTEND | (complete ? 0 : REG_NOTEOL);
  return ::regexec(&compiled_->regex, line.data() == nullptr ? "" : line.data(), 1, &range, flags) == 0;
}

void LineCounter::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    if (end == std::string_view::npos) {
      unfinished_.append(piece);
      judge(unfinished_, false);
      if (unfinished_.size() >= kLineLimit) {
        end_line();
      }
      return;
    }
    unfinished_.append(piece.substr(0, end));
    end_line();
    piece.remove_prefix(end + 1);
  }
}

void LineCounter::finish() {
  if (!unfinished_.empty()) {
    end_line();
  }
}

void LineCounter::end_line() {
  judge(unfinished_, true);
  remember(unfinished_);
  unfinished_.clear();
  unfinished_counted_ = false;
}

void LineCounter::judge(std::string_view line, bool complete) {
  if (!unfinished_counted_ && pattern_.matches(without_return(line), complete)) {
    unfinished_counted_ = true;
    ++count_;
  }
}

void LineCounter::remember(std::string_view line) {
  newest_.push_back(text::printable(without_return(line), kShownBytes));
  if (newest_.size() > kNewestLines) {
    newest_.pop_front();
  }
}

std::deque<std::string> LineCounter::newest() const {
  std::deque<std::string> lines = newest_;
  if (!unfinished_.empty()) {
    lines.push_back(text::printable(without_return(unfinished_), kShownBytes));
  }
  return lines;
}

}  // namespace drydock
