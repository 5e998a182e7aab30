// Turns what went wrong on the wire into the error that the caller of an exchange gets: typed, naming the
// call and the engine's address.
#pragma once

#include <string>

#include "drydock/base/error.h"
#include "drydock/transport/endpoint.h"
#include "drydock/transport/exchange.h"

#include "transport/connection.h"
#include "transport/socket_connect.h"

namespace drydock {

/// Throws TimeoutError or ConnectionError for a connection that was not opened; nothing was sent.
[[noreturn]] void raise_not_connected(const Request& request, const Endpoint& endpoint,
                                      const ConnectOutcome& outcome);

/// Throws TimeoutError or ConnectionError for a connection that failed under a call.
[[noreturn]] void raise_fault(const Request& request, const Endpoint& endpoint, const ConnectionFault& fault,
                              const Connection& connection);

/// Throws ProtocolError for an answer that cannot be used.
[[noreturn]] void raise_unusable(const Request& request, const std::string& why,
                                 ErrorCode code = ErrorCode::Protocol);

}  // namespace drydock
