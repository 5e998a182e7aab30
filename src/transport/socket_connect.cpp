#include "transport/socket_connect.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>

namespace drydock {
namespace {

ConnectOutcome failed(int error) {
  return {.socket = {}, .failure = describe_errno(error), .timed_out = error == ETIMEDOUT};
}

/// Waits for a connect() that goes on in the background, and returns its errno.
int await_connect(int socket, Deadline deadline) {
  pollfd waited{.fd = socket, .events = POLLOUT, .revents = 0};
  for (;;) {
    const int ready = ::poll(&waited, 1, deadline.remaining_ms());
    if (ready > 0) {
      int error = 0;
      socklen_t size = sizeof(error);
      return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
    }
    if (ready == 0 && deadline.expired()) {
      return ETIMEDOUT;
    }
    if (ready < 0 && errno != EINTR) {
      return errno;
    }
  }
}

/// A non-blocking connect() to a Unix socket whose backlog is full says EAGAIN and cannot be waited for with
/// poll, so this one blocks, bounded by SO_SNDTIMEO (unix(7)).
int connect_unix(int socket, const sockaddr_un& address, Deadline deadline) {
  for (;;) {
    const int left = deadline.remaining_ms();
    if (left == 0) {
      return ETIMEDOUT;
    }
    const timeval bound{.tv_sec = left / 1000, .tv_usec = static_cast<suseconds_t>(left % 1000) * 1000};
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      return 0;
    }
    if (errno == EAGAIN) {
      return ETIMEDOUT;
    }
    if (errno != EINTR) {
      return errno;
    }
  }
}

ConnectOutcome open_unix(const Endpoint& endpoint, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.path.size() >= sizeof(address.sun_path)) {
    return failed(ENAMETOOLONG);
  }
  std::memcpy(address.sun_path, endpoint.path.data(), endpoint.path.size());
  UniqueFd socket = above_standard_streams(UniqueFd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)});
  if (!socket.valid()) {
    return failed(errno);
  }
  if (const int error = connect_unix(socket.get(), address, deadline); error != 0) {
    return failed(error);
  }
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  return {.socket = std::move(socket), .failure = {}, .timed_out = false};
}

ConnectOutcome open_address(const addrinfo& address, Deadline deadline) {
  UniqueFd socket = above_standard_streams(
      UniqueFd{::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)});
  if (!socket.valid()) {
    return failed(errno);
  }
  // Requests are written whole: waiting for more to send would only delay them.
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    const int error = errno == EINPROGRESS || errno == EINTR ? await_connect(socket.get(), deadline) : errno;
    if (error != 0) {
      return failed(error);
    }
  }
  return {.socket = std::move(socket), .failure = {}, .timed_out = false};
}

ConnectOutcome open_tcp(const Endpoint& endpoint, Deadline deadline) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    return {.socket = {},
            .failure = "cannot resolve the host '" + endpoint.host + "': " + ::gai_strerror(error),
            .timed_out = false};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
  ConnectOutcome outcome = failed(EADDRNOTAVAIL);
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    outcome = open_address(*address, deadline);
    if (outcome.socket.valid() || deadline.expired()) {
      break;
    }
  }
  return outcome;
}

}  // namespace

ConnectOutcome connect_socket(const Endpoint& endpoint, Deadline deadline) {
  return endpoint.kind == Endpoint::Kind::Unix ? open_unix(endpoint, deadline) : open_tcp(endpoint, deadline);
}

std::string describe_errno(int error) {
  switch (error) {
    case ENOENT:
      return "no such file";
    case ECONNREFUSED:
      return "connection refused";
    case EACCES:
    case EPERM:
      return "permission denied";
    case ETIMEDOUT:
      return "timed out";
    case ECONNRESET:
      return "connection reset by the peer";
    case EPIPE:
      return "connection closed by the peer";
    default: {
      std::string words = std::generic_category().message(error);
      if (!words.empty() && words.front() >= 'A' && words.front() <= 'Z') {
        words.front() = static_cast<char>(words.front() - 'A' + 'a');
      }
      return words;
    }
  }
}

}  // namespace drydock
