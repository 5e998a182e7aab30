// What is asked of an engine once and remembered: the API version and the engine's kind. Thread-safe.
#pragma once

#include <atomic>
#include <memory>

#include "drydock/docker/system.h"
#include "drydock/transport/endpoint.h"

namespace drydock {

/// What is known of an engine's kind. Eight bytes, so that its atomic needs no lock, which a fork could copy
/// while it is held.
struct alignas(8) KnownKind {
  EngineKind kind{};
  bool is_known{false};
};

struct EngineFacts {
  std::atomic<int> minor_version{0};  ///< of API version 1; 0 until negotiated
  std::atomic<KnownKind> kind{KnownKind{}};
};

/// Returns the facts that all clients of an endpoint share in this process.
[[nodiscard]] std::shared_ptr<EngineFacts> shared_facts(const Endpoint& endpoint);

}  // namespace drydock
