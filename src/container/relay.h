// Copies bytes both ways between two connected TCP sockets, as a forwarder does: each direction ends by
// itself (half-close), and a reset on one side becomes a reset on the other, so that what was cut short never
// looks like a clean end. Not thread-safe; never blocks, never raises SIGPIPE.
#pragma once

#include <cstddef>
#include <optional>
#include <poll.h>
#include <vector>

#include "drydock/base/deadline.h"

#include "base/unique_fd.h"

namespace drydock {

/// One direction of a relay.
class OneWay {
 public:
  /// Returns whether there is room for more bytes of the source.
  [[nodiscard]] bool wants_read() const noexcept { return !source_ended_ && first_ == last_; }
  [[nodiscard]] bool wants_write() const noexcept { return first_ != last_; }
  /// Returns whether the source has ended and the sink was told.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Moves what can be moved without blocking. Returns false when one of the sockets is broken.
  bool move(int source, int sink);

 private:
  bool read(int source);
  bool write(int sink);

  std::vector<char> buffer_{};  // made for the first bytes
  std::size_t first_{0}, last_{0};
  bool source_ended_{false}, ended_{false};
};

/// Two sockets, the outer of which may still be connecting.
class Relay {
 public:
  enum class State { Connecting, Open, Ended, Refused, Broken };

  /// Takes over non-blocking sockets. `outer` gets until `connect_limit` to be connected.
  Relay(UniqueFd inner, UniqueFd outer, Deadline connect_limit)
      : inner_(std::move(inner)), outer_(std::move(outer)), connect_limit_(connect_limit) {}

  /// Adds the two entries that poll(2) is to watch; those that nothing is wanted of have no descriptor.
  void watch(std::vector<pollfd>& entries) const;
  /// Goes on as far as it can without blocking; `inner` and `outer` are what poll(2) said.
  void advance(const pollfd& inner, const pollfd& outer);

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Returns the errno of a connect that was refused.
  [[nodiscard]] int error() const noexcept { return error_; }
  /// Returns when advance() must be called though nothing happens.
  [[nodiscard]] Deadline limit() const noexcept {
    return state_ == State::Connecting ? connect_limit_ : Deadline{};
  }

  /// Resets both connections, also where a forked child has copies of the sockets.
  void abort() noexcept;

 private:
  void finish_connect(bool something_happened);

  UniqueFd inner_, outer_;
  Deadline connect_limit_;
  OneWay outwards_{}, inwards_{};
  State state_{State::Connecting};
  int error_{0};
};

/// Resets a TCP connection, whoever else holds the socket.
void reset_connection(int socket) noexcept;

}  // namespace drydock
