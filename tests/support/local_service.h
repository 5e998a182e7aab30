// A TCP service in this process, for tests: each connection is served by a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"

namespace drydock {

class LocalService {
 public:
  /// Serves one connection, and returns when it is done with it; the socket is closed then.
  using Handler = std::function<void(int socket)>;

  /// Listens on a free port of the IPv4 address.
  LocalService(const std::string& address, Handler handler);
  LocalService(const LocalService&) = delete;
  LocalService& operator=(const LocalService&) = delete;
  /// Cuts what is still open, and waits for the handlers.
  ~LocalService();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Sends back what comes, and ends when the peer does.
  static void echo(int socket);
  /// Answers one HTTP request with "hello from the host\n".
  static void greet(int socket);

 private:
  void accept_all();

  Handler handler_;
  UniqueFd listener_;
  std::uint16_t port_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// Connects to the port of 127.0.0.1; an invalid one after a failure. Reads and writes end after 60 s.
[[nodiscard]] UniqueFd connect_here(std::uint16_t port);
/// Writes all of it; returns whether the peer took it.
bool send_all(int socket, const std::string& data);
/// Reads to the end; returns whether that was a clean one, not a reset.
bool read_to_end(int socket, std::string& data);

}  // namespace drydock
