// The log line condition: follows the log from its start, or reads it whole when it is one of several
// alternatives.
#include <fmt/format.h>

#include "container/line_matcher.h"
#include "container/wait_probe.h"

namespace drydock {
namespace {

/// One reading of the log from its start.
struct Reading {
  explicit Reading(const LinePattern& pattern) : out(pattern), err(pattern) {}

  LineCounter& of(LogStream stream) { return stream == LogStream::Stdout ? out : err; }
  [[nodiscard]] int count() const { return out.count() + err.count(); }
  void finish() {
    out.finish();
    err.finish();
  }

  LineCounter out, err;
};

std::string describe_stream(const char* name, const LineCounter& counter) {
  std::string text;
  for (const std::string& line : counter.newest()) {
    text += fmt::format("\n    {}: {}", name, line);
  }
  return text;
}

class LogLineProbe final : public Probe {
 public:
  LogLineProbe(const WaitTarget& target, const wait::LogLine& condition)
      : target_(target), wanted_(condition.times), pattern_(condition.contains, condition.matches) {}

  bool look(Deadline deadline) override { return conclude(read(deadline)); }

  bool look_at_remains(Deadline deadline) override {
    Reading reading = read(deadline);
    reading.finish();
    return conclude(reading);
  }

  std::optional<bool> follow(Deadline deadline) override {
    Reading reading{pattern_};
    const LogSink sink = [&](LogStream stream, std::string_view piece) {
      reading.of(stream).feed(piece);
      return reading.count() < wanted_;
    };
    try {
      target_.client.containers().follow_logs(target_.id, sink, options(), deadline);
    } catch (const TimeoutError&) {
      if (conclude(reading)) {
        return true;
      }
      throw;
    }
    reading.finish();
    return conclude(reading);
  }

  [[nodiscard]] std::string seen() const override { return seen_; }

  /// Reading a whole log again and again costs the more the longer it is.
  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds waited) const override {
    return std::max<std::chrono::nanoseconds>(poll_pause(waited), std::chrono::milliseconds{5});
  }

 private:
  [[nodiscard]] LogOptions options() const { return {.since = target_.log_since, .tty = target_.tty}; }

  [[nodiscard]] Reading read(Deadline deadline) const {
    const Logs logs = target_.client.containers().logs(target_.id, options(), deadline);
    Reading reading{pattern_};
    reading.out.feed(logs.out);
    reading.err.feed(logs.err);
    return reading;
  }

  bool conclude(const Reading& reading) {
    const std::string lines = describe_stream("stdout", reading.out) + describe_stream("stderr", reading.err);
    seen_ = lines.empty() ? "an empty log"
                          : fmt::format("{} of {} such lines, and the newest lines are{}", reading.count(),
                                        wanted_, lines);
    return reading.count() >= wanted_;
  }

  const WaitTarget& target_;
  int wanted_;
  LinePattern pattern_;
  std::string seen_{"an empty log"};
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::LogLine& condition) {
  if (condition.contains.empty() && condition.matches.empty()) {
    throw InvalidArgumentError("a log line condition has neither contains nor matches: set one",
                               {.operation = "wait", .resource = target.label});
  }
  return std::make_unique<LogLineProbe>(target, condition);
}

}  // namespace drydock
