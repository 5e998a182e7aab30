#include "transport/resilient_exchange.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"

namespace drydock {
namespace {

bool is_safe_to_repeat(const Request& request) {
  return request.safe_to_repeat || request.method == Method::Get || request.method == Method::Head ||
         request.method == Method::Delete;
}

bool is_gateway_failure(int status) {
  return status == 502 || status == 503 || status == 504;
}

const Response& response_of(const Response& response) {
  return response;
}

const Response& response_of(const Upgraded& upgraded) {
  return upgraded.response;
}

std::string call_of(const Request& request) {
  const std::string operation = request.operation.empty() ? to_string(request.method) : request.operation;
  return "'" + operation + (request.resource.empty() ? "" : " " + request.resource) + "'";
}

/// Says of a failure that goes out to the caller what was done about it.
ConnectionError with_story(const ConnectionError& error, const RetryLoop& loop, bool repeated) {
  std::string story;
  if (error.request_sent() && !repeated) {
    story = "; it may have taken effect, and is not repeated";
  }
  if (loop.attempt() > 1) {
    story += fmt::format("; tried {} times in {} ms", loop.attempt(),
                         std::chrono::round<std::chrono::milliseconds>(loop.elapsed()).count());
  }
  return {error.what() + story, error.request_sent(), error.context()};
}

void report_change(const std::string& engine, int threshold, CircuitState from, CircuitState to) noexcept {
  try {
    metrics::gauge(metric::kCircuitState, {{"engine", engine}}).set(static_cast<int>(to));
    if (to == CircuitState::Open) {
      metrics::counter(metric::kCircuitOpened, {{"engine", engine}}).add();
    }
    const std::string cause = to == CircuitState::HalfOpen ? "one call tries whether it answers again"
                              : to == CircuitState::Closed ? "it answers again"
                              : from == CircuitState::Closed
                                  ? fmt::format("{} connections in a row failed", threshold)
                                  : "the connection that tried failed, too";
    log::warn(fmt::format("the circuit to the engine at '{}' went from {} to {}: {}", engine, to_string(from),
                          to_string(to), cause));
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

RetryHooks hooks_for(const Request& request, const ResilientExchange::Options& options) {
  const auto on_retry = [&request](const RetryEvent& event) {
    metrics::counter(metric::kRetries, {{"operation", request.operation}}).add();
    log::info(fmt::format("attempt {} of {} of {} failed; the next one in {} ms: {}", event.attempt,
                          event.max_attempts, call_of(request),
                          std::chrono::round<std::chrono::milliseconds>(event.delay).count(), event.reason));
  };
  return {.clock = options.clock, .random = options.random, .on_retry = on_retry};
}

}  // namespace

ResilientExchange::ResilientExchange(std::shared_ptr<Exchange> inner, std::string engine, Options options)
    : inner_(std::move(inner)),
      engine_(std::move(engine)),
      options_(std::move(options)),
      breaker_(
          fmt::format("the engine at '{}'", engine_), options_.breaker,
          [name = engine_, threshold = options_.breaker.threshold](CircuitState from, CircuitState to) {
            report_change(name, threshold, from, to);
          },
          options_.clock != nullptr ? *options_.clock : Clock::steady()) {
  validate(options_.retry);
  metrics::gauge(metric::kCircuitState, {{"engine", engine_}}).set(static_cast<int>(CircuitState::Closed));
}

template <typename Attempt>
auto ResilientExchange::run(const Request& request, Deadline deadline, const bool& may_repeat,
                            const Attempt& attempt) {
  RetryLoop loop{options_.retry, deadline, hooks_for(request, options_)};
  for (;;) {
    try {
      CircuitBreaker::Permit permit = breaker_.acquire();
      try {
        auto answer = attempt(permit);
        permit.succeed();
        const int status = response_of(answer).status;
        if (!is_gateway_failure(status) || !is_safe_to_repeat(request) || !may_repeat ||
            !loop.wait_after(fmt::format("a gateway answered {}", status))) {
          return answer;
        }
      } catch (const ConnectionError& error) {
        permit.fail();
        const bool may = may_repeat && (!error.request_sent() || is_safe_to_repeat(request));
        if (!may || !loop.wait_after(error.what())) {
          throw with_story(error, loop, may);
        }
      }
    } catch (const CircuitOpenError& error) {
      metrics::counter(metric::kCircuitRefused, {{"engine", engine_}}).add();
      if (loop.attempt() == 1 || !loop.wait_after(error.what())) {
        throw CircuitOpenError(
            fmt::format("{}: {}", call_of(request), error.what()), error.retry_after(),
            {.operation = request.operation, .resource = request.resource, .retryable = true});
      }
    }
  }
}

Response ResilientExchange::send(const Request& request, Deadline deadline) {
  return run(request, deadline, true,
             [&](CircuitBreaker::Permit&) { return inner_->send(request, deadline); });
}

Response ResilientExchange::stream(const Request& request, const BodySink& sink, Deadline deadline) {
  bool may_repeat = true;
  return run(request, deadline, may_repeat, [&](CircuitBreaker::Permit& permit) {
    return inner_->stream(
        request,
        [&](std::string_view piece) {
          may_repeat = false;
          permit.succeed();  // it answers; a stream that lasts must not keep other calls waiting for a probe
          return sink(piece);
        },
        deadline);
  });
}

Upgraded ResilientExchange::upgrade(const Request& request, Deadline deadline) {
  return run(request, deadline, true,
             [&](CircuitBreaker::Permit&) { return inner_->upgrade(request, deadline); });
}

}  // namespace drydock
