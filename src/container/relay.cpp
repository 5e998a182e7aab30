#include "container/relay.h"

#include <cerrno>
#include <sys/socket.h>

namespace drydock {
namespace {

constexpr std::size_t kBufferSize = std::size_t{64} << 10;

bool is_passing(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

bool OneWay::read(int source) {
  buffer_.resize(kBufferSize);
  const ssize_t n = ::recv(source, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (n < 0) {
    return is_passing(errno);
  }
  first_ = 0;
  last_ = static_cast<std::size_t>(n);
  source_ended_ = n == 0;
  return true;
}

bool OneWay::write(int sink) {
  const ssize_t n = ::send(sink, buffer_.data() + first_, last_ - first_, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0) {
    return is_passing(errno);
  }
  first_ += static_cast<std::size_t>(n);
  return true;
}

bool OneWay::move(int source, int sink) {
  if (wants_read() && !read(source)) {
    return false;
  }
  if (wants_write() && !write(sink)) {
    return false;
  }
  if (source_ended_ && !wants_write() && !ended_) {
    ended_ = true;
    ::shutdown(sink, SHUT_WR);  // fails only where the sink is gone, which its own direction tells
  }
  return true;
}

void Relay::watch(std::vector<pollfd>& entries) const {
  const auto add = [&entries](int socket, const OneWay& from, const OneWay& to) {
    const int events = (from.wants_read() ? POLLIN : 0) | (to.wants_write() ? POLLOUT : 0);
    // An entry without events would still report a hang-up, again and again.
    entries.push_back({.fd = events == 0 ? -1 : socket, .events = static_cast<short>(events), .revents = 0});
  };
  if (state_ == State::Connecting) {
    entries.push_back({.fd = -1, .events = 0, .revents = 0});
    entries.push_back({.fd = outer_.get(), .events = POLLOUT, .revents = 0});
    return;
  }
  add(inner_.get(), outwards_, inwards_);
  add(outer_.get(), inwards_, outwards_);
}

void Relay::finish_connect(bool something_happened) {
  socklen_t size = sizeof error_;
  if (something_happened) {
    error_ = ::getsockopt(outer_.get(), SOL_SOCKET, SO_ERROR, &error_, &size) == 0 ? error_ : errno;
  } else if (connect_limit_.expired()) {
    error_ = ETIMEDOUT;
  } else {
    return;
  }
  state_ = error_ == 0 ? State::Open : State::Refused;
}

void Relay::advance(const pollfd& inner, const pollfd& outer) {
  if (state_ == State::Connecting) {
    finish_connect(outer.revents != 0);
  }
  const bool something_happened = inner.revents != 0 || outer.revents != 0;
  if (state_ != State::Open || !something_happened) {
    return;
  }
  if (!outwards_.move(inner_.get(), outer_.get()) || !inwards_.move(outer_.get(), inner_.get())) {
    state_ = State::Broken;
  } else if (outwards_.ended() && inwards_.ended()) {
    state_ = State::Ended;
  }
}

void Relay::abort() noexcept {
  reset_connection(inner_.get());
  reset_connection(outer_.get());
}

void reset_connection(int socket) noexcept {
  // Closing would not do: a forked child's copy keeps the connection open. Disconnecting (connect(2) with
  // AF_UNSPEC) acts on the connection itself.
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  (void)::connect(socket, &none, sizeof none);
}

}  // namespace drydock
