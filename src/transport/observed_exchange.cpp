#include "transport/observed_exchange.h"

#include <chrono>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"
#include "drydock/observability/trace.h"

#include "observability/metric_names.h"

namespace drydock {
namespace {

std::string operation_of(const Request& request) {
  return request.operation.empty() ? to_string(request.method) : request.operation;
}

/// One call, told of when it ends, however it ends.
class Observation {
 public:
  explicit Observation(const Request& request)
      : request_(request), operation_(operation_of(request)), span_(operation_, "call") {}
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation() {
    try {
      tell();
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }

  void received(std::size_t bytes) noexcept { received_ += bytes; }
  void answered(int status) noexcept { status_ = status; }
  void failed(const Error& error) { failure_ = to_string(error.code()); }

 private:
  /// Few values: a label of a metric.
  [[nodiscard]] std::string outcome() const {
    return !failure_.empty() ? failure_ : status_ == 0 ? "failed" : fmt::format("{}xx", status_ / 100);
  }

  void tell() {
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start_;
    const std::string end = status_ != 0 && failure_.empty() ? std::to_string(status_) : outcome();
    metrics::counter(metric::kCalls, {{"operation", operation_}, {"outcome", outcome()}}).add();
    metrics::histogram(metric::kCallDuration, {{"operation", operation_}}).observe(took);
    metrics::counter(metric::kSentBytes).add(request_.body.size());
    metrics::counter(metric::kReceivedBytes).add(received_);
    span_.note("resource", request_.resource);
    span_.note("end", end);
    span_.note("sent_bytes", static_cast<std::int64_t>(request_.body.size()));
    span_.note("received_bytes", static_cast<std::int64_t>(received_));
    if (log::level() == log::Level::Debug) {
      const std::string subject = operation_ + (request_.resource.empty() ? "" : " " + request_.resource);
      log::debug(fmt::format("'{}': {} {}: {}, {} bytes sent, {} received, {:.1f} ms", subject,
                             to_string(request_.method), request_.target.substr(0, request_.target.find('?')),
                             end, request_.body.size(), received_,
                             std::chrono::duration<double, std::milli>{took}.count()));
    }
  }

  const Request& request_;
  const std::string operation_;
  trace::Span span_;
  const std::chrono::steady_clock::time_point start_{std::chrono::steady_clock::now()};
  int status_{0};
  std::size_t received_{0};
  std::string failure_{};
};

template <typename Make>
auto observed(Observation& observation, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    observation.failed(error);
    throw;
  }
}

}  // namespace

ObservedExchange::ObservedExchange(std::shared_ptr<Exchange> inner) : inner_(std::move(inner)) {}

Response ObservedExchange::send(const Request& request, Deadline deadline) {
  Observation observation{request};
  Response response = observed(observation, [&] { return inner_->send(request, deadline); });
  observation.answered(response.status);
  observation.received(response.body.size());
  return response;
}

Response ObservedExchange::stream(const Request& request, const BodySink& sink, Deadline deadline) {
  Observation observation{request};
  const BodySink counting = [&](std::string_view piece) {
    observation.received(piece.size());
    return sink(piece);
  };
  Response response = observed(observation, [&] { return inner_->stream(request, counting, deadline); });
  observation.answered(response.status);
  observation.received(response.body.size());
  return response;
}

Upgraded ObservedExchange::upgrade(const Request& request, Deadline deadline) {
  Observation observation{request};
  Upgraded upgraded = observed(observation, [&] { return inner_->upgrade(request, deadline); });
  observation.answered(upgraded.response.status);
  observation.received(upgraded.response.body.size());
  return upgraded;
}

}  // namespace drydock
