// The exchange that tells what passes through it: a debug line, metrics and a trace span for each call.
// Thread-safe when the exchange inside is.
//
// Told are method, path without its query, operation, resource, status, sizes and time. Headers, queries and
// bodies are not: they hold credentials, environments and commands.
#pragma once

#include <memory>

#include "drydock/transport/exchange.h"

namespace drydock {

class ObservedExchange final : public Exchange {
 public:
  explicit ObservedExchange(std::shared_ptr<Exchange> inner);

  Response send(const Request& request, Deadline deadline) override;
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override;
  Upgraded upgrade(const Request& request, Deadline deadline) override;

 private:
  const std::shared_ptr<Exchange> inner_;
};

}  // namespace drydock
