// The matchers on ExecResult. The result itself, with the ends of its output, is printed by PrintTo; the
// explanations here add what that cannot know.
#include <ostream>
#include <string_view>

#include "drydock/gtest/matchers.h"

#include "gtest/listener_installed.h"

namespace drydock {
namespace {

const ListenerInstalled installed;

constexpr std::size_t kShownBytes = 1000;

// Escaped, so that "\r\n" and trailing blanks can be told apart.
void print_text(std::string_view text, std::ostream* stream) {
  if (text.size() > kShownBytes) {
    *stream << "of " << text.size() << " bytes that end with ";
    text.remove_prefix(text.size() - kShownBytes);
  }
  ::testing::internal::UniversalPrint(std::string{text}, stream);
}

class ExitMatcher {
 public:
  using is_gtest_matcher = void;

  ExitMatcher(::testing::Matcher<int> code, std::vector<ExecMatcher> inner)
      : code_(std::move(code)), inner_(std::move(inner)) {}

  bool MatchAndExplain(const ExecResult& result, ::testing::MatchResultListener* listener) const {
    explain_end(result, listener);
    if (result.cancelled || !code_.Matches(result.exit_code)) {
      return false;
    }
    bool all = true;
    for (const ExecMatcher& inner : inner_) {
      ::testing::StringMatchResultListener explanation;
      if (!inner.MatchAndExplain(result, &explanation)) {
        all = false;
        *listener << ", " << explanation.str();
      }
    }
    return all;
  }

  void DescribeTo(std::ostream* stream) const {
    *stream << "exits with a code that ";
    code_.DescribeTo(stream);
    for (const ExecMatcher& inner : inner_) {
      *stream << ", and ";
      inner.DescribeTo(stream);
    }
  }

  void DescribeNegationTo(std::ostream* stream) const {
    *stream << "exits with a code that ";
    code_.DescribeNegationTo(stream);
    for (const ExecMatcher& inner : inner_) {
      *stream << ", or ";
      inner.DescribeNegationTo(stream);
    }
  }

 private:
  // The code's meaning and the note stand in the result's own print.
  static void explain_end(const ExecResult& result, ::testing::MatchResultListener* listener) {
    if (result.cancelled) {
      *listener << "which was cancelled by an output sink";
    } else {
      *listener << "which exited with " << result.exit_code;
    }
  }

  ::testing::Matcher<int> code_;
  std::vector<ExecMatcher> inner_;
};

class StreamMatcher {
 public:
  using is_gtest_matcher = void;

  StreamMatcher(const char* name, std::string ExecResult::*stream, TextMatcher text)
      : name_(name), stream_(stream), text_(std::move(text)) {}

  bool MatchAndExplain(const ExecResult& result, ::testing::MatchResultListener* listener) const {
    ::testing::StringMatchResultListener explanation;
    const bool matches = text_.MatchAndExplain(result.*stream_, &explanation);
    if (listener->stream() == nullptr) {
      return matches;
    }
    *listener << "whose " << name_ << " is ";
    print_text(result.*stream_, listener->stream());
    if (result.truncated) {
      *listener << ", cut at the output limit";
    }
    if (const std::string more = explanation.str(); !more.empty()) {
      *listener << ", " << more;
    }
    return matches;
  }

  void DescribeTo(std::ostream* stream) const {
    *stream << "has a " << name_ << " that ";
    text_.DescribeTo(stream);
  }

  void DescribeNegationTo(std::ostream* stream) const {
    *stream << "has a " << name_ << " that ";
    text_.DescribeNegationTo(stream);
  }

 private:
  const char* name_;
  std::string ExecResult::*stream_;
  TextMatcher text_;
};

}  // namespace

namespace detail {

ExecMatcher exit_matcher(::testing::Matcher<int> code, std::vector<ExecMatcher> inner) {
  return ExitMatcher{std::move(code), std::move(inner)};
}

ExecMatcher stdout_matcher(TextMatcher text) {
  return StreamMatcher{"stdout", &ExecResult::out, std::move(text)};
}

ExecMatcher stderr_matcher(TextMatcher text) {
  return StreamMatcher{"stderr", &ExecResult::err, std::move(text)};
}

}  // namespace detail
}  // namespace drydock
