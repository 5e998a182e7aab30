#include "support/local_service.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace drydock {
namespace {

sockaddr_in address_of(const std::string& text, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
  return address;
}

}  // namespace

LocalService::LocalService(const std::string& address, Handler handler)
    : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in bound = address_of(address, 0);
  auto* const generic = reinterpret_cast<sockaddr*>(&bound);
  socklen_t size = sizeof bound;
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("no service can listen on " + address);
  }
  port_ = ntohs(bound.sin_port);
  acceptor_ = std::thread{[this] { accept_all(); }};
}

LocalService::~LocalService() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock{mutex_};
    for (const int socket : open_) {
      ::shutdown(socket, SHUT_RDWR);
    }
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void LocalService::accept_all() {
  for (;;) {
    UniqueFd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket.valid()) {
      return;
    }
    const std::lock_guard lock{mutex_};
    open_.push_back(socket.get());
    threads_.emplace_back([this, owned = std::move(socket)]() mutable {
      handler_(owned.get());
      const std::lock_guard done{mutex_};
      open_.erase(std::find(open_.begin(), open_.end(), owned.get()));
      owned.reset();
    });
  }
}

void LocalService::echo(int socket) {
  std::array<char, 65536> buffer{};
  for (ssize_t n = 0; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
    if (!send_all(socket, std::string{buffer.data(), static_cast<std::size_t>(n)})) {
      return;
    }
  }
}

void LocalService::greet(int socket) {
  std::string request;
  std::array<char, 4096> buffer{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t n = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (n <= 0) {
      return;
    }
    request.append(buffer.data(), static_cast<std::size_t>(n));
  }
  send_all(socket,
           "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\nConnection: close\r\n\r\n"
           "hello from the host\n");
}

UniqueFd connect_here(std::uint16_t port) {
  UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval limit{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const sockaddr_in address = address_of("127.0.0.1", port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    socket.reset();
  }
  return socket;
}

bool send_all(int socket, const std::string& data) {
  std::string_view rest = data;
  while (!rest.empty()) {
    const ssize_t n = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      return false;
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool read_to_end(int socket, std::string& data) {
  std::array<char, 65536> buffer{};
  ssize_t n = 0;
  while ((n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) {
    data.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return n == 0;
}

}  // namespace drydock
