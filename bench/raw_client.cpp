#include "raw_client.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace drydock::bench {
namespace {

constexpr std::size_t kReadSize = std::size_t{16} << 10;
constexpr std::size_t kStreamReadSize = std::size_t{256} << 10;

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

UniqueFd connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw std::runtime_error("socket path '" + path + "' is too long");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw_errno("connect");
  }
  return fd;
}

UniqueFd connect_tcp(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    throw std::runtime_error("host '" + host + "' has no address");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  UniqueFd fd{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0) {
    throw_errno("connect");
  }
  return fd;
}

UniqueFd connect_to(const Endpoint& engine) {
  return engine.kind == Endpoint::Kind::Unix ? connect_unix(engine.path)
                                             : connect_tcp(engine.host, engine.port);
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      throw_errno("send");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Appends what is there to `buffer`; returns false at the end of the stream.
bool read_more(int fd, std::string& buffer) {
  const std::size_t old = buffer.size();
  buffer.resize(old + kReadSize);
  const ssize_t got = ::recv(fd, buffer.data() + old, kReadSize, 0);
  if (got < 0) {
    throw_errno("recv");
  }
  buffer.resize(old + static_cast<std::size_t>(got));
  return got > 0;
}

void require_more(int fd, std::string& buffer) {
  if (!read_more(fd, buffer)) {
    throw std::runtime_error("the engine closed the connection in the middle of an answer");
  }
}

std::string request_text(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view extra_headers = {}) {
  std::string text;
  text.reserve(256 + body.size());
  text.append(method)
      .append(" ")
      .append(target)
      .append(" HTTP/1.1\r\nHost: localhost\r\n")
      .append(extra_headers);
  if (!body.empty()) {
    text.append("Content-Type: application/json\r\n");
  }
  if (method != "GET") {
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return text.append("\r\n").append(body);
}

/// Reads up to and with the blank line; returns the head's size.
std::size_t read_head(int fd, std::string& buffer) {
  for (;;) {
    if (const std::size_t end = buffer.find("\r\n\r\n"); end != std::string::npos) {
      return end + 4;
    }
    require_more(fd, buffer);
  }
}

std::size_t parse_number(std::string_view text, int base) {
  std::size_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value, base).ec != std::errc{}) {
    throw std::runtime_error("the engine sent '" + std::string{text.substr(0, 20)} + "' for a number");
  }
  return value;
}

/// Cuts a chunked body out of `buffer`, which begins with it.
std::string read_chunked(int fd, std::string& buffer) {
  std::string body;
  for (std::size_t position = 0;;) {
    std::size_t line_end = 0;
    while ((line_end = buffer.find("\r\n", position)) == std::string::npos) {
      require_more(fd, buffer);
    }
    const std::size_t size = parse_number(std::string_view{buffer}.substr(position, line_end - position), 16);
    const std::size_t begin = line_end + 2;
    while (buffer.size() < begin + size + 2) {
      require_more(fd, buffer);
    }
    body.append(buffer, begin, size);
    position = begin + size + 2;
    if (size == 0) {
      buffer.erase(0, position);
      return body;
    }
  }
}

RawResponse read_response(int fd, std::string& buffer) {
  const std::size_t head_size = read_head(fd, buffer);
  const std::string head = buffer.substr(0, head_size);
  buffer.erase(0, head_size);
  RawResponse response;
  response.status = static_cast<int>(parse_number(std::string_view{head}.substr(9, 3), 10));
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  if (const auto at = head.find(kLength); at != std::string::npos) {
    const std::size_t length = parse_number(std::string_view{head}.substr(at + kLength.size()), 10);
    while (buffer.size() < length) {
      require_more(fd, buffer);
    }
    response.body = buffer.substr(0, length);
    buffer.erase(0, length);
  } else if (head.find("\r\nTransfer-Encoding: chunked") != std::string::npos) {
    response.body = read_chunked(fd, buffer);
  }
  return response;
}

/// Walks the frames of the engine's multiplexed stream: 8 bytes of head, then the payload.
class FrameWalker {
 public:
  explicit FrameWalker(const std::function<void(std::string_view)>& sink) : sink_(sink) {}

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      if (left_ == 0) {
        const std::size_t take = std::min(sizeof head_ - head_size_, bytes.size());
        std::memcpy(head_ + head_size_, bytes.data(), take);
        bytes.remove_prefix(take);
        head_size_ += take;
        if (head_size_ == sizeof head_) {
          left_ = std::size_t{head_[4]} << 24 | std::size_t{head_[5]} << 16 | std::size_t{head_[6]} << 8 |
                  head_[7];
          head_size_ = 0;
        }
        continue;
      }
      const std::string_view piece = bytes.substr(0, left_);
      sink_(piece);
      total_ += piece.size();
      left_ -= piece.size();
      bytes.remove_prefix(piece.size());
    }
  }
  [[nodiscard]] std::size_t total() const noexcept { return total_; }

 private:
  const std::function<void(std::string_view)>& sink_;
  unsigned char head_[8]{};
  std::size_t head_size_{0};
  std::size_t left_{0};
  std::size_t total_{0};
};

}  // namespace

void RawClient::connect_kept() {
  if (!kept_.valid()) {
    kept_ = connect_to(engine_);
  }
}

RawResponse RawClient::call(std::string_view method, std::string_view target, std::string_view body) {
  connect_kept();
  send_all(kept_.get(), request_text(method, target, body));
  RawResponse response = read_response(kept_.get(), buffer_);
  if (response.status < 200 || response.status > 299) {
    throw std::runtime_error(std::string{method} + " " + std::string{target} + " was answered " +
                             std::to_string(response.status) + ": " + response.body);
  }
  return response;
}

std::size_t RawClient::run_exec_stream(std::string_view exec_id,
                                       const std::function<void(std::string_view)>& sink) {
  const UniqueFd fd = connect_to(engine_);
  send_all(fd.get(),
           request_text("POST", "/exec/" + std::string{exec_id} + "/start", R"({"Detach":false,"Tty":false})",
                        "Connection: Upgrade\r\nUpgrade: tcp\r\n"));
  std::string head;
  const std::size_t head_size = read_head(fd.get(), head);
  if (head.compare(9, 3, "101") != 0) {
    throw std::runtime_error("exec start was not upgraded: " + head);
  }
  FrameWalker walker{sink};
  walker.feed(std::string_view{head}.substr(head_size));
  static std::vector<char> buffer(kStreamReadSize);
  for (;;) {
    const ssize_t got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) {
      throw_errno("recv");
    }
    if (got == 0) {
      return walker.total();
    }
    walker.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
}

std::string RawClient::create_container(std::string_view name, std::string_view body) {
  return find_json_string(call("POST", "/containers/create?name=" + std::string{name}, body).body, "Id");
}

std::string RawClient::create_exec(std::string_view container, std::string_view body) {
  return find_json_string(call("POST", "/containers/" + std::string{container} + "/exec", body).body, "Id");
}

int RawClient::exec_exit_code(std::string_view exec_id) {
  constexpr std::string_view kKey = R"("ExitCode":)";
  const std::string body = call("GET", "/exec/" + std::string{exec_id} + "/json").body;
  const auto at = body.find(kKey);
  if (at == std::string::npos || body.find(R"("Running":false)") == std::string::npos) {
    throw std::runtime_error("the exec has not ended: " + body);
  }
  return static_cast<int>(parse_number(std::string_view{body}.substr(at + kKey.size()), 10));
}

std::string find_json_string(std::string_view json, std::string_view key) {
  const std::string start = "\"" + std::string{key} + "\":\"";
  const auto at = json.find(start);
  if (at == std::string_view::npos) {
    throw std::runtime_error("no '" + std::string{key} + "' in " + std::string{json.substr(0, 200)});
  }
  const auto begin = at + start.size();
  return std::string{json.substr(begin, json.find('"', begin) - begin)};
}

}  // namespace drydock::bench
