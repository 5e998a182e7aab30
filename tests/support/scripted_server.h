// A wire server in this process that does what its script says, byte by byte: the engine that answers late,
// cut short, malformed or not at all. One thread accepts, one serves each connection; all end with the
// server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "drydock/transport/endpoint.h"

#include "base/unique_fd.h"

namespace drydock {

/// One thing that the server does on a connection. A connection whose script has ended is closed.
struct ServerStep {
  enum class Kind {
    ExpectRequest,
    ExpectHead,
    Receive,
    ReceiveRest,
    Send,
    Trickle,
    Stall,
    HalfClose,
    Reset,
    Repeat
  };

  Kind kind{Kind::Send};
  std::string bytes{};                 ///< Send, Trickle
  std::size_t size{0};                 ///< Receive
  std::chrono::milliseconds gap{0};    ///< Trickle: before each byte
  std::vector<ServerStep> repeated{};  ///< Repeat

  /// Reads a request, head and body, and records its exact bytes.
  static ServerStep expect_request() { return {.kind = Kind::ExpectRequest}; }
  /// Reads and records a request's head; its body stays unread.
  static ServerStep expect_head() { return {.kind = Kind::ExpectHead}; }
  /// Reads and records so many bytes.
  static ServerStep receive(std::size_t size) { return {.kind = Kind::Receive, .size = size}; }
  /// Reads and records all until the client ends its direction.
  static ServerStep receive_rest() { return {.kind = Kind::ReceiveRest}; }
  static ServerStep send(std::string bytes) { return {.kind = Kind::Send, .bytes = std::move(bytes)}; }
  static ServerStep trickle(std::string bytes, std::chrono::milliseconds gap) {
    return {.kind = Kind::Trickle, .bytes = std::move(bytes), .gap = gap};
  }
  /// Neither reads nor writes until the client goes or the server ends.
  static ServerStep stall() { return {.kind = Kind::Stall}; }
  /// Ends the server's direction; reading goes on.
  static ServerStep half_close() { return {.kind = Kind::HalfClose}; }
  /// Closes a TCP connection with RST.
  static ServerStep reset() { return {.kind = Kind::Reset}; }
  /// Does the steps again and again until the client goes.
  static ServerStep repeat(std::vector<ServerStep> steps) {
    return {.kind = Kind::Repeat, .repeated = std::move(steps)};
  }
};

using ServerScript = std::vector<ServerStep>;

/// Thread-safe.
class ScriptedServer {
 public:
  enum class Socket { Unix, Tcp };

  /// Serves the n-th connection by the n-th script; one that comes after the last is closed at once.
  explicit ScriptedServer(std::vector<ServerScript> scripts, Socket socket = Socket::Unix);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

  /// Returns what the expect and receive steps have read, in the order of their ends.
  [[nodiscard]] std::vector<std::string> received() const;
  /// Waits until there are `count` of them, 10 s at most.
  [[nodiscard]] std::vector<std::string> wait_received(std::size_t count) const;
  /// Returns how many connections were accepted.
  [[nodiscard]] std::size_t connections() const;
  /// Waits until the n-th connection's script has ended and its socket is closed, 10 s at most. Returns
  /// whether it did.
  [[nodiscard]] bool wait_closed(std::size_t index) const;

 private:
  class Session;

  void accept_all();
  void serve(std::size_t index, UniqueFd socket);
  void record(std::string bytes);

  const std::vector<ServerScript> scripts_;
  std::string directory_{};
  Endpoint endpoint_{};
  UniqueFd listener_{};
  UniqueFd stop_{};

  mutable std::mutex mutex_{};
  mutable std::condition_variable changed_{};
  std::vector<std::string> received_{};
  std::vector<bool> closed_{};  // by connection
  std::vector<std::thread> sessions_{};
  std::thread acceptor_{};
};

/// Returns a request with its header lines sorted: their order is the HTTP library's own, by version.
[[nodiscard]] std::string with_sorted_headers(const std::string& request);

/// Returns a whole answer with a Content-Length.
[[nodiscard]] std::string http_answer(int status, const std::string& body,
                                      const std::string& more_headers = {});

}  // namespace drydock
