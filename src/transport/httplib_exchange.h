// The exchange over cpp-httplib: plain HTTP/1.1 to a Unix socket or a TCP address. Its .cpp is the only file
// that includes httplib.
#pragma once

#include <chrono>
#include <memory>

#include "drydock/transport/endpoint.h"
#include "drydock/transport/exchange.h"

namespace drydock {

/// Keeps idle keep-alive connections, one per call in flight. Each call has a whole deadline over connect,
/// send and every read, which trickling servers cannot stretch. Blocks SIGPIPE in the calling thread only.
/// Safe to use in a forked child: connections opened by another process are neither used nor shut down.
class HttplibExchange final : public Exchange {
 public:
  struct Options {
    std::size_t idle_connections{8};  ///< kept at most
    std::chrono::milliseconds idle_limit{
        std::chrono::seconds{30}};  ///< an older idle connection is dropped unused
  };

  explicit HttplibExchange(Endpoint endpoint);
  HttplibExchange(Endpoint endpoint, Options options);
  ~HttplibExchange() override;

  Response send(const Request& request, Deadline deadline) override;
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override;
  Upgraded upgrade(const Request& request, Deadline deadline) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace drydock
