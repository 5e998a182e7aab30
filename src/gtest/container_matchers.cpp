// The matchers on containers, and how containers are printed.
#include <functional>
#include <ostream>
#include <string_view>
#include <vector>

#include "drydock/gtest/matchers.h"

#include "base/exit_code.h"
#include "base/text.h"
#include "gtest/listener_installed.h"

namespace drydock {
namespace {

const ListenerInstalled installed;

constexpr int kShownLines = 10;

std::vector<std::string> lines_of(std::string_view log) {
  if (log.empty()) {
    return {};
  }
  std::vector<std::string> lines =
      text::split(log.back() == '\n' ? log.substr(0, log.size() - 1) : log, '\n');
  for (std::string& line : lines) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();  // a tty's
    }
  }
  return lines;
}

void print_lines(std::string_view log, std::ostream* stream) {
  for (const std::string& line : lines_of(text::last_lines(log, static_cast<std::size_t>(kShownLines)))) {
    *stream << "\n    | " << text::printable(line);
  }
}

bool has_ended(const ContainerState& state) {
  return state.status == ContainerStatus::Exited || state.status == ContainerStatus::Dead;
}

// A container that is gone is in no state; anything else that goes wrong is no answer and is thrown.
bool ask(const TestContainer& container, ::testing::MatchResultListener* listener,
         const std::function<bool(const ContainerState&)>& look) {
  const std::optional<ContainerDetails> details = container.client().containers().find(container.id());
  if (!details) {
    *listener << "which is gone from the engine";
    return false;
  }
  const bool matches = look(details->state);
  if (!matches && listener->stream() != nullptr) {
    const Logs logs = container.logs({.tail = kShownLines});
    *listener << (logs.all.empty() ? ", with an empty log" : ", whose log ends with");
    print_lines(logs.all, listener->stream());
  }
  return matches;
}

bool matches_any_line(const TextMatcher& matcher, const std::string& stream, std::string* found) {
  for (const std::string& line : lines_of(stream)) {
    if (matcher.Matches(line)) {
      *found = line;
      return true;
    }
  }
  return false;
}

}  // namespace

bool IsRunning::MatchAndExplain(const TestContainer& container,
                                ::testing::MatchResultListener* listener) const {
  return ask(container, listener,
             [&](const ContainerState& state) { return MatchAndExplain(state, listener); });
}

bool IsRunning::MatchAndExplain(const ContainerDetails& details,
                                ::testing::MatchResultListener* listener) const {
  return MatchAndExplain(details.state, listener);
}

bool IsRunning::MatchAndExplain(const ContainerState& state, ::testing::MatchResultListener* listener) const {
  *listener << "whose state is ";
  if (listener->stream() != nullptr) {
    PrintTo(state, listener->stream());
  }
  return state.running;
}

void IsRunning::DescribeTo(std::ostream* stream) const {
  *stream << "is running";
}

void IsRunning::DescribeNegationTo(std::ostream* stream) const {
  *stream << "is not running";
}

bool IsHealthy::MatchAndExplain(const TestContainer& container,
                                ::testing::MatchResultListener* listener) const {
  return ask(container, listener,
             [&](const ContainerState& state) { return MatchAndExplain(state, listener); });
}

bool IsHealthy::MatchAndExplain(const ContainerDetails& details,
                                ::testing::MatchResultListener* listener) const {
  return MatchAndExplain(details.state, listener);
}

bool IsHealthy::MatchAndExplain(const ContainerState& state, ::testing::MatchResultListener* listener) const {
  if (state.health == Health::None) {
    *listener << "which has no healthcheck";
    return false;
  }
  *listener << "whose health is " << to_string(state.health);
  if (!state.last_health_output.empty()) {
    *listener << ", the last probe printed '" << text::printable(text::trim(state.last_health_output)) << "'";
  }
  if (!state.running) {
    *listener << ", whose state is ";
    if (listener->stream() != nullptr) {
      PrintTo(state, listener->stream());
    }
  }
  return state.running && state.health == Health::Healthy;
}

void IsHealthy::DescribeTo(std::ostream* stream) const {
  *stream << "is healthy";
}

void IsHealthy::DescribeNegationTo(std::ostream* stream) const {
  *stream << "is not healthy";
}

bool LogLineMatcher::MatchAndExplain(const TestContainer& container,
                                     ::testing::MatchResultListener* listener) const {
  return MatchAndExplain(container.logs(), listener);
}

// The streams apart: in the merged log a line of one may begin in the middle of a line of the other.
bool LogLineMatcher::MatchAndExplain(const Logs& logs, ::testing::MatchResultListener* listener) const {
  std::string found;
  if (matches_any_line(line_, logs.out, &found) || matches_any_line(line_, logs.err, &found)) {
    *listener << "which has the log line '" << text::printable(found) << "'";
    return true;
  }
  *listener << (logs.all.empty() ? "whose log is empty" : "whose log ends with");
  if (listener->stream() != nullptr && !logs.all.empty()) {
    print_lines(logs.all, listener->stream());
  }
  return false;
}

void LogLineMatcher::DescribeTo(std::ostream* stream) const {
  *stream << "has a log line that ";
  line_.DescribeTo(stream);
}

void LogLineMatcher::DescribeNegationTo(std::ostream* stream) const {
  *stream << "has no log line that ";
  line_.DescribeTo(stream);
}

void PrintTo(const TestContainer& container, std::ostream* stream) {
  try {
    const std::string& name = container.name();
    *stream << "container '" << name << "' (" << short_id(container.id()) << ") of image '"
            << container.spec().image << "'";
  } catch (const InvalidArgumentError&) {
    *stream << "a TestContainer that was moved from";
  }
}

void PrintTo(const ContainerDetails& details, std::ostream* stream) {
  *stream << "container '" << details.name << "' (" << short_id(details.id) << ") of image '" << details.image
          << "', ";
  PrintTo(details.state, stream);
}

void PrintTo(const ContainerState& state, std::ostream* stream) {
  *stream << to_string(state.status);
  if (has_ended(state)) {
    *stream << " with exit code " << state.exit_code;
    if (const std::string meaning = exit_code_meaning(state.exit_code);
        !meaning.empty() && !state.oom_killed) {
      *stream << " (" << meaning << ")";
    }
  }
  if (state.oom_killed) {
    *stream << ", killed for lack of memory";
  }
  if (state.health != Health::None) {
    *stream << ", health " << to_string(state.health);
  }
  if (!state.error.empty()) {
    *stream << ", error '" << text::printable(state.error) << "'";
  }
}

void PrintTo(const Logs& logs, std::ostream* stream) {
  *stream << "logs of " << logs.all.size() << " bytes";
  print_lines(logs.all, stream);
}

}  // namespace drydock
