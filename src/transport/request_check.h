// Refuses requests that must not reach the wire.
#pragma once

#include "drydock/transport/exchange.h"

namespace drydock {

/// Throws InvalidArgumentError for a target that does not begin with '/' or is not percent-encoded, for a
/// header name that is not a token (RFC 9110, 5.1), for control characters in a value, and for a header that
/// the exchange writes itself: two of them would let one request pass as two.
void check_request(const Request& request);

}  // namespace drydock
