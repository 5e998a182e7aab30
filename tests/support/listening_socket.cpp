#include "support/listening_socket.h"

#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace drydock {

ListeningSocket::ListeningSocket()
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) {
    throw std::runtime_error("the path is too long for a socket: " + path_);
  }
  std::memcpy(address.sun_path, path_.c_str(), path_.size());
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket_.get(), 8) != 0) {
    throw std::runtime_error("no socket can be made at " + path_);
  }
}

int ListeningSocket::connections() const {
  int count = 0;
  while (UniqueFd{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)}.valid()) {
    ++count;
  }
  return count;
}

}  // namespace drydock
