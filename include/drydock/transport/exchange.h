// The seam that all traffic with the engine goes through: one request, one answer. What stands above knows
// only this interface; a recorder, a scripted engine or a decorator can stand in its place.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/base/deadline.h"

namespace drydock {

enum class Method { Get, Head, Post, Put, Delete };

[[nodiscard]] const char* to_string(Method method) noexcept;

struct Header {
  std::string name{};
  std::string value{};
  friend bool operator==(const Header&, const Header&) = default;
};

struct Request {
  Method method{Method::Get};
  std::string target{};           ///< path and query, percent-encoded already, beginning with '/'
  std::vector<Header> headers{};  ///< beside Host, Content-Type and Content-Length, which the exchange writes
  std::string body{};
  std::string content_type{};  ///< sent when not empty
  std::size_t response_limit{std::size_t{32}
                             << 20};  ///< bytes of answer body kept at most; past it: ResponseTooLarge
  std::string operation{};            ///< for errors and logs: "container start"
  std::string resource{};             ///< for errors and logs: a name or a short id
  /// Whether doing it twice is the same as doing it once, beyond GET, HEAD and DELETE, which always are taken
  /// to be so: it may then be repeated after its answer was lost.
  bool safe_to_repeat{false};
};

struct Response {
  int status{0};
  std::vector<Header> headers{};
  std::string body{};

  /// Returns the first header of that name (any case), or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// Receives an answer's body in pieces; returning false ends the transfer, which is then not an error.
using BodySink = std::function<bool(std::string_view piece)>;

/// A connection that was switched to raw bytes in both directions. Not thread-safe. Closes in its destructor.
class Duplex {
 public:
  struct Ready {
    bool readable{false};
    bool writable{false};
  };

  Duplex() = default;
  Duplex(const Duplex&) = delete;
  Duplex& operator=(const Duplex&) = delete;
  virtual ~Duplex() = default;

  /// Waits until reading or (when asked for) writing would not block. Both false: the deadline passed.
  virtual Ready wait(bool for_writing, Deadline deadline) = 0;

  /// Reads what is there into `buffer`; returns the number of bytes, 0 at the end of the stream. Call it only
  /// after wait() said readable. Throws ConnectionError when the connection broke.
  virtual std::size_t read(std::span<char> buffer) = 0;

  /// Writes as much of `data` as goes without blocking; returns the number of bytes, which may be 0. Throws
  /// ConnectionError when the peer has gone.
  virtual std::size_t write(std::string_view data) = 0;

  /// Ends the direction towards the engine (end of stdin); reading goes on.
  virtual void close_write() = 0;
};

/// An answer to a request to switch protocols.
struct Upgraded {
  Response response{};               ///< status 101, or the engine's refusal with its body
  std::unique_ptr<Duplex> stream{};  ///< null when refused
};

/// Carries requests to one engine. Thread-safe: calls run side by side, each on a connection of its own.
///
/// All calls throw ConnectionError (with request_sent()), TimeoutError at the deadline, ProtocolError for
/// what is not HTTP, and InvalidArgumentError for control characters in target or headers. A status is never
/// an error here.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// Returns the whole answer, its body capped at Request::response_limit.
  virtual Response send(const Request& request, Deadline deadline) = 0;

  /// Hands the body of a 2xx answer to `sink` as it comes; the body of any other answer is kept in the
  /// response. A body that ends before its framing says so (cut chunk, short Content-Length) throws
  /// ConnectionError.
  virtual Response stream(const Request& request, const BodySink& sink, Deadline deadline) = 0;

  /// Sends the request with `Connection: Upgrade`, `Upgrade: tcp` and returns the raw stream after a 101.
  virtual Upgraded upgrade(const Request& request, Deadline deadline) = 0;
};

}  // namespace drydock
