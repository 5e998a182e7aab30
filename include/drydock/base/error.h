// The exceptions that Drydock throws: a flat family under Error. What can be expected to happen is a value,
// not an error: a non-zero exit code, a container that find() does not find, a removal of what is already
// gone.
#pragma once

#include <stdexcept>
#include <string>

#include "drydock/base/source_location.h"

namespace drydock {

/// Classifies an error for programs and tests; the message is for people and may change.
enum class ErrorCode {
  InvalidArgument,    ///< refused before anything was sent; the message names every fault
  EngineUnavailable,  ///< no engine answers at any endpoint that was tried
  Connection,         ///< the connection failed or broke; see ConnectionError::request_sent()
  Timeout,            ///< the deadline passed first
  Protocol,           ///< the answer is not what the Engine API says it is: bad HTTP, bad JSON, cut short
  ResponseTooLarge,   ///< the answer passed its cap
  NotFound,           ///< 404
  Conflict,           ///< 409: a name in use, a removal in progress, a container that is not running
  BadRequest,         ///< 400: the engine refuses the request's content
  Unauthorized,       ///< 401 or 403, or a registry that wants credentials
  PortInUse,          ///< a host port that was asked for is taken
  CommandNotStarted,  ///< a container's or an exec's command cannot be run (no such file, not executable)
  PullFailed,         ///< the image cannot be pulled
  RateLimited,        ///< the registry refuses further pulls for now
  ServerError,        ///< any other 5xx
  UnexpectedStatus,   ///< any other status
  ContainerExited,    ///< the container ended while it was waited for
  NotReady,           ///< a readiness condition was not met in time
  ExecTimeout,        ///< a command ran past its timeout
  OutputLimit,        ///< a command wrote more than its output limit
  Unsupported,        ///< this engine or build cannot do it
  CommandFailed,      ///< a command that had to succeed, such as a clean-up, ended with another exit code
};

/// Returns the enumerator's name, such as "NotFound".
const char* to_string(ErrorCode code) noexcept;

/// What an error knows of its circumstances.
struct ErrorContext {
  std::string operation{};  ///< what was being done, such as "container start"
  std::string resource{};   ///< what it was done to: a name, a short id, an image reference
  int http_status{0};       ///< the engine's status, 0 when there was no answer
  bool retryable{false};    ///< whether the same call may succeed later, unchanged
  SourceLocation where{};   ///< the caller's place in its source, when known
};

/// Root of every exception that Drydock throws.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, ErrorContext context = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& operation() const noexcept { return context_.operation; }
  [[nodiscard]] const std::string& resource() const noexcept { return context_.resource; }
  [[nodiscard]] int http_status() const noexcept { return context_.http_status; }
  [[nodiscard]] bool retryable() const noexcept { return context_.retryable; }
  [[nodiscard]] const SourceLocation& where() const noexcept { return context_.where; }
  [[nodiscard]] const ErrorContext& context() const noexcept { return context_; }

 private:
  ErrorCode code_;
  ErrorContext context_;
};

/// Bad input, refused before anything was sent to the engine.
class InvalidArgumentError : public Error {
 public:
  explicit InvalidArgumentError(const std::string& message, ErrorContext context = {})
      : Error(ErrorCode::InvalidArgument, message, std::move(context)) {}
};

/// No engine answers; the message holds a line for each endpoint that was tried, with the reason.
class EngineUnavailableError : public Error {
 public:
  explicit EngineUnavailableError(const std::string& message, ErrorContext context = {})
      : Error(ErrorCode::EngineUnavailable, message, std::move(context)) {}
};

/// The connection to the engine failed or broke.
class ConnectionError : public Error {
 public:
  ConnectionError(const std::string& message, bool request_sent, ErrorContext context = {})
      : Error(ErrorCode::Connection, message, std::move(context)), request_sent_(request_sent) {}

  /// Returns false when surely nothing reached the engine; true when it is unknown whether the request took
  /// effect.
  [[nodiscard]] bool request_sent() const noexcept { return request_sent_; }

 private:
  bool request_sent_;
};

/// A deadline passed. Whether the request took effect is unknown.
class TimeoutError : public Error {
 public:
  explicit TimeoutError(const std::string& message, ErrorContext context = {})
      : Error(ErrorCode::Timeout, message, std::move(context)) {}
};

/// An answer that breaks HTTP or the Engine API, or passes its size cap.
class ProtocolError : public Error {
 public:
  explicit ProtocolError(const std::string& message, ErrorContext context = {},
                         ErrorCode code = ErrorCode::Protocol)
      : Error(code, message, std::move(context)) {}
};

/// The engine answered, and the answer is a refusal; code() tells which.
class EngineError : public Error {
 public:
  EngineError(ErrorCode code, const std::string& message, ErrorContext context = {})
      : Error(code, message, std::move(context)) {}
};

}  // namespace drydock
