#include "drydock/base/error.h"

#include <utility>

#include "base/redaction.h"

namespace drydock {

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "InvalidArgument";
    case ErrorCode::EngineUnavailable:
      return "EngineUnavailable";
    case ErrorCode::Connection:
      return "Connection";
    case ErrorCode::Timeout:
      return "Timeout";
    case ErrorCode::Protocol:
      return "Protocol";
    case ErrorCode::ResponseTooLarge:
      return "ResponseTooLarge";
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::Conflict:
      return "Conflict";
    case ErrorCode::BadRequest:
      return "BadRequest";
    case ErrorCode::Unauthorized:
      return "Unauthorized";
    case ErrorCode::PortInUse:
      return "PortInUse";
    case ErrorCode::CommandNotStarted:
      return "CommandNotStarted";
    case ErrorCode::PullFailed:
      return "PullFailed";
    case ErrorCode::RateLimited:
      return "RateLimited";
    case ErrorCode::ServerError:
      return "ServerError";
    case ErrorCode::UnexpectedStatus:
      return "UnexpectedStatus";
    case ErrorCode::ContainerExited:
      return "ContainerExited";
    case ErrorCode::NotReady:
      return "NotReady";
    case ErrorCode::ExecTimeout:
      return "ExecTimeout";
    case ErrorCode::OutputLimit:
      return "OutputLimit";
    case ErrorCode::Unsupported:
      return "Unsupported";
    case ErrorCode::CommandFailed:
      return "CommandFailed";
  }
  return "Unknown";
}

Error::Error(ErrorCode code, const std::string& message, ErrorContext context)
    : std::runtime_error(redacted(message)), code_(code), context_(std::move(context)) {
  context_.resource = redacted(context_.resource);
}

}  // namespace drydock
