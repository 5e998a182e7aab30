#include "support/scripted_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace drydock {
namespace {

constexpr std::chrono::seconds kPatience{10};

int checked(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

std::string make_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "drydock-wire-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  return path;
}

UniqueFd listen_unix(const std::string& path) {
  UniqueFd listener{checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  checked(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
  checked(::listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

UniqueFd listen_tcp(std::uint16_t& port) {
  UniqueFd listener{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
  checked(::listen(listener.get(), SOMAXCONN), "listen");
  socklen_t size = sizeof(address);
  checked(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

std::size_t body_size(std::string_view head) {
  for (const std::string& line : text::split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && text::equals_ignoring_case(line.substr(0, colon), "Content-Length")) {
      return std::stoul(line.substr(colon + 1));
    }
  }
  return 0;
}

}  // namespace

/// One connection. A step returns false when the client has gone or the server ends.
class ScriptedServer::Session {
 public:
  Session(ScriptedServer& server, UniqueFd socket, int stop)
      : server_(server), socket_(std::move(socket)), stop_(stop) {}

  bool run(const ServerScript& script) {
    return std::all_of(script.begin(), script.end(), [this](const ServerStep& step) { return run(step); });
  }

 private:
  bool run(const ServerStep& step) {
    switch (step.kind) {
      case ServerStep::Kind::ExpectRequest:
        return expect(true);
      case ServerStep::Kind::ExpectHead:
        return expect(false);
      case ServerStep::Kind::Receive:
        return receive(step.size);
      case ServerStep::Kind::ReceiveRest:
        while (read_more()) {
        }
        server_.record(std::exchange(pending_, {}));
        return true;
      case ServerStep::Kind::Send:
        return send(step.bytes);
      case ServerStep::Kind::Trickle:
        return std::all_of(step.bytes.begin(), step.bytes.end(), [&](char c) {
          return !wait_for(0, step.gap) && !stopped_ && send(std::string(1, c));
        });
      case ServerStep::Kind::Stall:
        wait_for(POLLRDHUP, kPatience);
        return false;
      case ServerStep::Kind::HalfClose:
        ::shutdown(socket_.get(), SHUT_WR);
        return true;
      case ServerStep::Kind::Reset: {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        return false;
      }
      case ServerStep::Kind::Repeat:
        while (run(step.repeated)) {
        }
        return false;
    }
    return false;
  }

  /// Returns whether the socket became ready; false after `limit`, or when the server ends.
  bool wait_for(short events, std::chrono::milliseconds limit) {
    std::array<pollfd, 2> waited{{{.fd = stop_, .events = POLLIN, .revents = 0},
                                  {.fd = events == 0 ? -1 : socket_.get(), .events = events, .revents = 0}}};
    ::poll(waited.data(), waited.size(), static_cast<int>(limit.count()));
    stopped_ = waited[0].revents != 0;
    return !stopped_ && waited[1].revents != 0;
  }

  bool read_more() {
    std::array<char, 65536> buffer;
    if (!wait_for(POLLIN, kPatience)) {
      return false;
    }
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      return false;
    }
    pending_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  bool receive(std::size_t size) {
    while (pending_.size() < size) {
      if (!read_more()) {
        return false;
      }
    }
    server_.record(pending_.substr(0, size));
    pending_.erase(0, size);
    return true;
  }

  bool expect(bool with_body) {
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) {
        return false;
      }
    }
    end += 4;
    return receive(with_body ? end + body_size(std::string_view(pending_).substr(0, end)) : end);
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EAGAIN || !wait_for(POLLOUT, kPatience)) {
        return false;
      }
    }
    return true;
  }

  ScriptedServer& server_;
  UniqueFd socket_;
  int stop_;
  bool stopped_{false};
  std::string pending_{};  // read, and not yet part of a step
};

ScriptedServer::ScriptedServer(std::vector<ServerScript> scripts, Socket socket)
    : scripts_(std::move(scripts)), stop_(checked(::eventfd(0, EFD_CLOEXEC), "eventfd")) {
  if (socket == Socket::Unix) {
    directory_ = make_directory();
    endpoint_ = {.kind = Endpoint::Kind::Unix, .path = directory_ + "/engine.sock"};
    listener_ = listen_unix(endpoint_.path);
  } else {
    endpoint_ = {.kind = Endpoint::Kind::Tcp, .host = "127.0.0.1"};
    listener_ = listen_tcp(endpoint_.port);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::eventfd_write(stop_.get(), 1);
  acceptor_.join();
  for (std::thread& session : sessions_) {
    session.join();
  }
  if (!directory_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
}

void ScriptedServer::accept_all() {
  for (;;) {
    std::array<pollfd, 2> waited{{{.fd = stop_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = listener_.get(), .events = POLLIN, .revents = 0}}};
    ::poll(waited.data(), waited.size(), -1);
    if (waited[0].revents != 0) {
      return;
    }
    UniqueFd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket.valid()) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    const std::size_t index = closed_.size();
    closed_.push_back(false);
    sessions_.emplace_back(
        [this, index, socket = std::move(socket)]() mutable { serve(index, std::move(socket)); });
    changed_.notify_all();
  }
}

void ScriptedServer::serve(std::size_t index, UniqueFd socket) {
  if (index < scripts_.size()) {
    Session(*this, std::move(socket), stop_.get()).run(scripts_[index]);
  } else {
    socket.reset();
  }
  const std::scoped_lock lock(mutex_);
  closed_[index] = true;
  changed_.notify_all();
}

void ScriptedServer::record(std::string bytes) {
  const std::scoped_lock lock(mutex_);
  received_.push_back(std::move(bytes));
  changed_.notify_all();
}

std::vector<std::string> ScriptedServer::received() const {
  const std::scoped_lock lock(mutex_);
  return received_;
}

std::vector<std::string> ScriptedServer::wait_received(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return received_.size() >= count; });
  return received_;
}

std::size_t ScriptedServer::connections() const {
  const std::scoped_lock lock(mutex_);
  return closed_.size();
}

bool ScriptedServer::wait_closed(std::size_t index) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return index < closed_.size() && closed_[index]; });
}

std::string with_sorted_headers(const std::string& request) {
  const std::size_t first = request.find("\r\n") + 2;
  const std::size_t end = request.find("\r\n\r\n") + 2;
  std::vector<std::string> lines = text::split(std::string_view(request).substr(first, end - first), '\n');
  std::sort(lines.begin(), lines.end());
  std::string sorted = request.substr(0, first);
  for (const std::string& line : lines) {
    if (!line.empty()) {
      sorted += line + "\n";
    }
  }
  return sorted + request.substr(end);
}

std::string http_answer(int status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace drydock
