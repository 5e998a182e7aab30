#include "transport/connection_pool.h"

#include <mutex>
#include <unistd.h>
#include <utility>
#include <vector>

namespace drydock {

/// What one process keeps. A forked child cannot lock its parent's: another thread may have held the mutex at
/// the fork, and nobody is left to release it.
struct ConnectionPool::Shelf {
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  const pid_t owner{::getpid()};
  std::mutex mutex{};
  std::vector<Idle> idle{};  // the newest last
  Shelf* inherited_before{nullptr};

  /// Leaves a parent's shelf alone for good, reachable so that leak checkers do not mistake it.
  static void abandon(Shelf* inherited) noexcept {
    static std::atomic<Shelf*> newest{nullptr};
    inherited->inherited_before = newest.load();
    while (!newest.compare_exchange_weak(inherited->inherited_before, inherited)) {
    }
  }
};

ConnectionPool::ConnectionPool(std::size_t most, std::chrono::milliseconds idle_limit)
    : most_(most), idle_limit_(idle_limit), shelf_(new Shelf) {}

ConnectionPool::~ConnectionPool() {
  Shelf* const last = shelf_.load();
  if (last->owner == ::getpid()) {
    delete last;
  } else {
    Shelf::abandon(last);
  }
}

ConnectionPool::Shelf& ConnectionPool::shelf() {
  Shelf* current = shelf_.load();
  if (current->owner == ::getpid()) {
    return *current;
  }
  auto fresh = std::make_unique<Shelf>();
  if (shelf_.compare_exchange_strong(current, fresh.get())) {
    Shelf::abandon(current);
    return *fresh.release();
  }
  return *current;  // another thread of this child was first
}

std::unique_ptr<Connection> ConnectionPool::take() {
  std::vector<Shelf::Idle> dropped;  // closed after the lock is released
  Shelf& own = shelf();
  const std::scoped_lock lock(own.mutex);
  const auto now = std::chrono::steady_clock::now();
  while (!own.idle.empty()) {
    Shelf::Idle newest = std::move(own.idle.back());
    own.idle.pop_back();
    if (now - newest.since < idle_limit_ && newest.connection->idle_and_open()) {
      return std::move(newest.connection);
    }
    dropped.push_back(std::move(newest));
  }
  return nullptr;
}

void ConnectionPool::put(std::unique_ptr<Connection> connection) {
  Shelf& own = shelf();
  const std::scoped_lock lock(own.mutex);
  if (own.idle.size() < most_) {
    own.idle.push_back({.connection = std::move(connection), .since = std::chrono::steady_clock::now()});
  }
}

}  // namespace drydock
