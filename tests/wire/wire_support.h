// What the wire tests share.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/transport/exchange.h"

#include "support/scripted_server.h"
#include "transport/httplib_exchange.h"

namespace drydock {

/// A deadline that no test reaches unless something hangs.
inline Deadline far_deadline() {
  return Deadline::in(std::chrono::seconds(8));
}

/// What came of a call: an answer, or an error's code.
struct Outcome {
  std::optional<ErrorCode> error{};
  bool request_sent{false};  ///< of a ConnectionError
  std::string operation{}, resource{};
  Response response{};
};

inline Outcome outcome_of(const std::function<Response()>& call) {
  Outcome outcome;
  try {
    outcome.response = call();
  } catch (const Error& error) {
    outcome.error = error.code();
    outcome.operation = error.operation();
    outcome.resource = error.resource();
    if (const auto* connection = dynamic_cast<const ConnectionError*>(&error)) {
      outcome.request_sent = connection->request_sent();
    }
  }
  return outcome;
}

/// Gives SIGPIPE its deadly default action for a test, whatever the runner has set.
class DeadlySigpipe {
 public:
  DeadlySigpipe() : before_(std::signal(SIGPIPE, SIG_DFL)) {}
  DeadlySigpipe(const DeadlySigpipe&) = delete;
  DeadlySigpipe& operator=(const DeadlySigpipe&) = delete;
  ~DeadlySigpipe() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

inline void PrintTo(ErrorCode code, std::ostream* out) {
  *out << to_string(code);
}

}  // namespace drydock
