#include "transport/socket_duplex.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

#include "drydock/base/error.h"

#include "transport/socket_connect.h"

namespace drydock {
namespace {

[[noreturn]] void raise(const char* what, int error) {
  throw ConnectionError(
      std::string("the stream to the engine broke while ") + what + ": " + describe_errno(error), true);
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

SocketDuplex::SocketDuplex(UniqueFd socket, std::string received)
    : socket_(std::move(socket)), received_(std::move(received)) {}

Duplex::Ready SocketDuplex::wait(bool for_writing, Deadline deadline) {
  const bool held_back = taken_ < received_.size();
  pollfd waited{
      .fd = socket_.get(), .events = static_cast<short>(POLLIN | (for_writing ? POLLOUT : 0)), .revents = 0};
  for (;;) {
    const int count = ::poll(&waited, 1, held_back ? 0 : deadline.remaining_ms());
    if (count < 0 && errno != EINTR) {
      raise("waiting", errno);
    }
    if (count > 0 || held_back) {
      // A hang-up or an error is ready in both directions: read() and write() then tell which it is.
      const int events = count > 0 ? waited.revents : 0;
      const bool broken = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      return {.readable = held_back || broken || (events & POLLIN) != 0,
              .writable = for_writing && (broken || (events & POLLOUT) != 0)};
    }
    if (deadline.expired()) {
      return {};
    }
  }
}

std::size_t SocketDuplex::read(std::span<char> buffer) {
  if (taken_ < received_.size()) {
    const std::size_t size = std::min(buffer.size(), received_.size() - taken_);
    std::copy_n(received_.data() + taken_, size, buffer.data());
    taken_ += size;
    return size;
  }
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (would_block(errno)) {
      // 0 would be the stream's end, so a caller that did not wait() is made to.
      wait(false, Deadline{});
    } else if (errno != EINTR) {
      raise("reading", errno);
    }
  }
}

std::size_t SocketDuplex::write(std::string_view data) {
  for (;;) {
    const ssize_t count = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (would_block(errno)) {
      return 0;
    }
    if (errno != EINTR) {
      raise("writing", errno);
    }
  }
}

void SocketDuplex::close_write() {
  // A peer that has gone already (ENOTCONN) needs no end of stdin.
  ::shutdown(socket_.get(), SHUT_WR);
}

}  // namespace drydock
