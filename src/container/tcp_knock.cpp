#include "container/tcp_knock.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

namespace drydock {
namespace {

/// Waits for an event on the socket; returns whether it came in time.
bool await_event(int socket, short event, Deadline deadline) {
  using std::chrono::nanoseconds;
  pollfd waited{.fd = socket, .events = event, .revents = 0};
  for (;;) {
    const auto left = std::chrono::duration_cast<nanoseconds>(deadline.remaining()).count();
    // poll(2) would round a wait of 2 ms up by as much as one more.
    const timespec time{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
    const int ready = ::ppoll(&waited, 1, &time, nullptr);
    if (ready >= 0 || errno != EINTR) {
      return ready > 0;
    }
  }
}

int finish_connect(int socket, Deadline deadline) {
  if (!await_event(socket, POLLOUT, deadline)) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

std::vector<TcpAddress> resolve_tcp(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  std::vector<TcpAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    TcpAddress& address = addresses.emplace_back();
    std::memcpy(&address.address, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
  }
  return addresses;
}

Knock knock(const TcpAddress& address, Reach reach, Deadline deadline) {
  UniqueFd socket{::socket(address.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket.valid()) {
    return {.error = errno};
  }
  if (reach == Reach::OnLink) {
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_DONTROUTE, &on, sizeof on);
  }
  int error = 0;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.address), address.size) != 0) {
    error = errno == EINPROGRESS || errno == EINTR ? finish_connect(socket.get(), deadline) : errno;
  }
  if (error != 0) {
    return {.error = error};
  }
  return {.socket = std::move(socket)};
}

Held hold(const UniqueFd& socket, std::chrono::nanoseconds time) {
  if (!await_event(socket.get(), POLLIN, Deadline::in(time))) {
    return Held::Open;
  }
  char byte = 0;
  return ::recv(socket.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0 ? Held::Spoke : Held::Closed;
}

}  // namespace drydock
