// One connection to the engine: a buffered reader and writer whose every step ends at the call's deadline.
// Knows nothing of HTTP. Not thread-safe; one call uses it at a time. Its destructor closes the descriptor
// and nothing else, so that a forked child that inherits it cannot cut the parent's connection.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"

namespace drydock {

/// How a connection failed. Caught in the transport only, where the call's context is known.
struct ConnectionFault {
  enum class Kind { Closed, Broken, TimedOut };
  Kind kind{Kind::Closed};
  int error{0};  ///< errno of Broken
};

class Connection {
 public:
  /// Takes a connected, non-blocking socket.
  explicit Connection(UniqueFd socket);

  /// Begins a call: its deadline bounds every read and write from here on, and the counters start at zero.
  void begin(Deadline deadline) noexcept;

  /// Queues bytes, and sends them once they are worth a system call. After a failure that came when part of
  /// the request was out, it swallows the rest: an engine that refuses a request may answer and close before
  /// it has read the whole (seen with `PUT archive` of 1 MB), and that answer can still be read. Throws
  /// ConnectionFault.
  void write(std::string_view bytes);
  /// Sends what is queued.
  void flush();

  /// Returns what was received and not consumed.
  [[nodiscard]] std::string_view buffered() const noexcept;
  void consume(std::size_t bytes) noexcept { begin_ += bytes; }
  /// Waits for more bytes, once buffered() is empty. Returns false at the end of the stream. Throws
  /// ConnectionFault.
  [[nodiscard]] bool fill();

  /// Returns whether an idle connection still stands: not closed by the engine, and without bytes that nobody
  /// asked for.
  [[nodiscard]] bool idle_and_open() const noexcept;

  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }
  [[nodiscard]] std::size_t received() const noexcept { return received_; }
  /// Returns whether the request went out whole.
  [[nodiscard]] bool wrote_all() const noexcept { return !write_broke_; }

  /// Gives the socket away; what is buffered() must be taken first.
  [[nodiscard]] UniqueFd release() noexcept { return std::move(socket_); }

 private:
  void send_all(std::string_view bytes);
  void wait_for(short events);

  UniqueFd socket_;
  Deadline deadline_{};
  std::string queued_{};
  std::vector<char> buffer_;
  std::size_t begin_{0}, end_{0};
  std::size_t sent_{0}, received_{0};
  bool write_broke_{false};
};

}  // namespace drydock
