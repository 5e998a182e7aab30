#include "cli/words.h"

#include <fmt/format.h>

#include "drydock/base/error.h"

#include "base/text.h"

namespace drydock::cli {
namespace {

class Splitter {
 public:
  Splitter(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  std::vector<std::string> split() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      take(text_[at_]);
    }
    end_word();
    if (words_.empty()) {
      fail("has no words");
    }
    return std::move(words_);
  }

 private:
  void take(char c) {
    if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
      return;
    }
    in_word_ = true;
    if (c == '\'' || c == '"') {
      take_quoted(c);
    } else if (c == '\\') {
      word_ += escaped();
    } else {
      word_ += c;
    }
  }

  void take_quoted(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      word_ += escapes ? escaped() : text_[at_];
    }
    if (at_ == text_.size()) {
      fail(fmt::format("has a {} that is not closed", quote));
    }
  }

  char escaped() {
    if (++at_ == text_.size()) {
      fail("ends with a backslash");
    }
    return text_[at_];
  }

  void end_word() {
    if (in_word_) {
      words_.push_back(std::move(word_));
      word_.clear();
      in_word_ = false;
    }
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw InvalidArgumentError(
        fmt::format("{} is '{}', which {}; write words as for a shell", what_, text::printable(text_), why));
  }

  const std::string_view text_, what_;
  std::vector<std::string> words_{};
  std::string word_{};
  std::size_t at_{0};
  bool in_word_{false};
};

}  // namespace

std::vector<std::string> split_words(std::string_view text, std::string_view what) {
  return Splitter{text, what}.split();
}

}  // namespace drydock::cli
