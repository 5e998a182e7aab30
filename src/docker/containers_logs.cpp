// Containers: reading and following logs.
#include <fmt/format.h>

#include "drydock/docker/containers.h"

#include "base/text.h"
#include "docker/engine_link.h"
#include "docker/log_tail.h"
#include "transport/frame_decoder.h"

namespace drydock {
namespace {

/// Writes seconds and nanoseconds as the engine reads them: "1700000000.000000001".
std::string to_timestamp(std::chrono::nanoseconds since) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  return fmt::format("{}.{:09}", seconds.count(), (since - seconds).count());
}

Call logs_call(const std::string& container, const LogOptions& options, bool follow) {
  Call call = Call(Method::Get, "container logs", container).path("containers").path(container).path("logs");
  if (!options.out && !options.err) {
    throw InvalidArgumentError(
        fmt::format("container logs '{}': neither stdout nor stderr is asked for; set out or err", container),
        {.operation = call.operation, .resource = call.resource});
  }
  call.query("stdout", options.out ? "1" : "0").query("stderr", options.err ? "1" : "0");
  call.query("tail", options.tail < 0 ? "all" : std::to_string(options.tail));
  if (options.since > std::chrono::nanoseconds::zero()) {
    call.query("since", to_timestamp(options.since));
  }
  if (options.timestamps) {
    call.query("timestamps", "1");
  }
  if (follow) {
    call.query("follow", "1").unlimited();
  }
  return call;
}

/// Hands a log's body to a sink: a tty's bytes as they are, else the payload of the frames.
class LogReader {
 public:
  LogReader(const Call& call, const LogSink& sink, bool tty) : call_(call), sink_(sink), tty_(tty) {}

  bool feed(std::string_view piece) {
    if (tty_) {
      wanted_ = sink_(LogStream::Stdout, piece);
    } else {
      wanted_ = decoder_.feed(
          piece, [this](FrameStream stream, std::string_view payload) { return pass_on(stream, payload); });
    }
    return wanted_;
  }

  /// Returns whether the sink took everything. Throws ProtocolError when the log ended within a frame.
  [[nodiscard]] bool finish() const {
    if (wanted_ && !decoder_.at_boundary()) {
      throw ProtocolError(fmt::format("{} '{}': the stream ended within a frame; some output is missing",
                                      call_.operation, call_.resource),
                          {.operation = call_.operation, .resource = call_.resource});
    }
    return wanted_;
  }

 private:
  bool pass_on(FrameStream stream, std::string_view payload) {
    if (stream == FrameStream::SystemError) {
      throw EngineError(ErrorCode::ServerError,
                        fmt::format("{} '{}': the engine failed within the stream: {}", call_.operation,
                                    call_.resource, text::printable(payload, 1000)),
                        {.operation = call_.operation, .resource = call_.resource});
    }
    return sink_(stream == FrameStream::Stderr ? LogStream::Stderr : LogStream::Stdout, payload);
  }

  const Call& call_;
  const LogSink& sink_;
  bool tty_;
  bool wanted_{true};
  FrameDecoder decoder_{};
};

}  // namespace

Logs Containers::logs(const std::string& container, const LogOptions& options, Deadline deadline) const {
  const Deadline limit = deadline.or_in(link_->options().request_timeout);
  const Call call = logs_call(container, options, false);
  LogTail tail{options.limit};
  const LogSink sink = [&tail](LogStream stream, std::string_view piece) {
    tail.append(stream, piece);
    return true;
  };
  LogReader reader{call, sink, options.tty ? *options.tty : inspect(container, limit).tty};
  link_->stream(
      call, [&reader](std::string_view piece) { return reader.feed(piece); }, limit);
  static_cast<void>(reader.finish());
  return std::move(tail).take();
}

bool Containers::follow_logs(const std::string& container, const LogSink& sink, const LogOptions& options,
                             Deadline deadline) const {
  const Call call = logs_call(container, options, true);
  LogReader reader{call, sink, options.tty ? *options.tty : inspect(container, deadline).tty};
  link_->stream(
      call, [&reader](std::string_view piece) { return reader.feed(piece); }, deadline);
  return reader.finish();
}

}  // namespace drydock
