#include "transport/connection.h"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace drydock {
namespace {

// One read for most answers; large enough that a stream costs little more than its own copying.
constexpr std::size_t kBufferSize = std::size_t{64} << 10;
// A request's head and a small body leave in one piece.
constexpr std::size_t kQueueLimit = std::size_t{16} << 10;

}  // namespace

Connection::Connection(UniqueFd socket) : socket_(std::move(socket)), buffer_(kBufferSize) {}

void Connection::begin(Deadline deadline) noexcept {
  deadline_ = deadline;
  queued_.clear();
  sent_ = received_ = 0;
  write_broke_ = false;
}

void Connection::write(std::string_view bytes) {
  if (queued_.size() + bytes.size() <= kQueueLimit) {
    queued_.append(bytes);
    return;
  }
  flush();
  send_all(bytes);
}

void Connection::flush() {
  if (!queued_.empty()) {
    send_all(queued_);
    queued_.clear();
  }
}

void Connection::send_all(std::string_view bytes) {
  while (!bytes.empty() && !write_broke_) {
    // Checked on each round: a peer that takes a few bytes at a time must not stretch the deadline.
    if (deadline_.expired()) {
      throw ConnectionFault{.kind = ConnectionFault::Kind::TimedOut};
    }
    // MSG_NOSIGNAL: the process may want SIGPIPE's default action for its own pipes.
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      sent_ += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_for(POLLOUT);
    } else if (errno != EINTR) {
      if (sent_ == 0) {
        throw ConnectionFault{.kind = ConnectionFault::Kind::Broken, .error = errno};
      }
      write_broke_ = true;
    }
  }
}

std::string_view Connection::buffered() const noexcept {
  return {buffer_.data() + begin_, end_ - begin_};
}

bool Connection::fill() {
  begin_ = end_ = 0;
  for (;;) {
    if (deadline_.expired()) {
      throw ConnectionFault{.kind = ConnectionFault::Kind::TimedOut};
    }
    const ssize_t count = ::recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
    if (count > 0) {
      end_ = static_cast<std::size_t>(count);
      received_ += end_;
      return true;
    }
    if (count == 0) {
      return false;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_for(POLLIN);
    } else if (errno != EINTR) {
      throw ConnectionFault{.kind = ConnectionFault::Kind::Broken, .error = errno};
    }
  }
}

void Connection::wait_for(short events) {
  pollfd waited{.fd = socket_.get(), .events = events, .revents = 0};
  if (::poll(&waited, 1, deadline_.remaining_ms()) < 0 && errno != EINTR) {
    throw ConnectionFault{.kind = ConnectionFault::Kind::Broken, .error = errno};
  }
}

bool Connection::idle_and_open() const noexcept {
  char byte = 0;
  const ssize_t count = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && begin_ == end_;
}

}  // namespace drydock
