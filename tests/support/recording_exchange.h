// A decorator that writes down the requests that pass. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "drydock/transport/exchange.h"

namespace drydock {

class RecordingExchange final : public Exchange {
 public:
  explicit RecordingExchange(std::shared_ptr<Exchange> inner) : inner_(std::move(inner)) {}

  Response send(const Request& request, Deadline deadline) override {
    note(request);
    return inner_->send(request, deadline);
  }
  Response stream(const Request& request, const BodySink& sink, Deadline deadline) override {
    note(request);
    return inner_->stream(request, sink, deadline);
  }
  Upgraded upgrade(const Request& request, Deadline deadline) override {
    note(request);
    return inner_->upgrade(request, deadline);
  }

  /// Returns method and target of the requests since the last call, in order.
  std::vector<std::string> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(seen_, {});
  }

 private:
  void note(const Request& request) {
    const std::lock_guard lock{mutex_};
    seen_.push_back(std::string{to_string(request.method)} + " " + request.target);
  }

  std::shared_ptr<Exchange> inner_;
  std::mutex mutex_;
  std::vector<std::string> seen_;
};

}  // namespace drydock
