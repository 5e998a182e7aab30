#include "transport/call_errors.h"

namespace drydock {
namespace {

ErrorContext context_of(const Request& request, bool retryable) {
  return {
      .operation = request.operation, .resource = request.resource, .http_status = 0, .retryable = retryable};
}

std::string subject_of(const Request& request) {
  const std::string operation = request.operation.empty() ? to_string(request.method) : request.operation;
  return "'" + operation + (request.resource.empty() ? "" : " " + request.resource) + "': ";
}

}  // namespace

void raise_not_connected(const Request& request, const Endpoint& endpoint, const ConnectOutcome& outcome) {
  const std::string message = subject_of(request) + "cannot connect to the engine at '" +
                              endpoint.to_string() + "': " + outcome.failure;
  if (outcome.timed_out) {
    throw TimeoutError(message, context_of(request, true));
  }
  throw ConnectionError(message + "; is the engine running, and DOCKER_HOST right?", false,
                        context_of(request, true));
}

void raise_fault(const Request& request, const Endpoint& endpoint, const ConnectionFault& fault,
                 const Connection& connection) {
  const std::string engine = "the engine at '" + endpoint.to_string() + "'";
  if (fault.kind == ConnectionFault::Kind::TimedOut) {
    throw TimeoutError(subject_of(request) + engine + " did not answer in time (" +
                           std::to_string(connection.received()) + " bytes of its answer came)",
                       context_of(request, false));
  }
  const bool sent = connection.sent() > 0;
  const std::string why =
      fault.kind == ConnectionFault::Kind::Closed
          ? engine + " closed the connection "
          : "the connection to " + engine + " broke (" + describe_errno(fault.error) + ") ";
  const char* when = !sent                        ? "before the request was sent"
                     : connection.received() == 0 ? "before it answered"
                                                  : "in the middle of its answer";
  throw ConnectionError(subject_of(request) + why + when, sent, context_of(request, !sent));
}

void raise_unusable(const Request& request, const std::string& why, ErrorCode code) {
  throw ProtocolError(subject_of(request) + why, context_of(request, false), code);
}

}  // namespace drydock
