// The idle keep-alive connections of one exchange. Thread-safe, and safe after fork(): a child starts with an
// empty pool, and neither uses, closes nor locks anything of its parent's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <sys/types.h>

#include "transport/connection.h"

namespace drydock {

class ConnectionPool {
 public:
  ConnectionPool(std::size_t most, std::chrono::milliseconds idle_limit);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;
  ~ConnectionPool();

  /// Returns the connection that was put back last, if it still stands and is not too old; else null.
  [[nodiscard]] std::unique_ptr<Connection> take();
  /// Keeps a connection for a later call; drops it when there are enough.
  void put(std::unique_ptr<Connection> connection);

 private:
  struct Shelf;
  Shelf& shelf();

  const std::size_t most_;
  const std::chrono::milliseconds idle_limit_;
  std::atomic<Shelf*> shelf_;
};

}  // namespace drydock
