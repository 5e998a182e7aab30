#include "container/socket_table.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <sstream>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <system_error>

#include "container/background_thread.h"

namespace drydock {
namespace {

constexpr std::size_t kAnswer = std::size_t{64} << 10;
constexpr std::uint32_t kAllStates = 0xffffffff;
constexpr std::array kFamilies{AF_INET, AF_INET6};
constexpr std::array kProtocols{IPPROTO_TCP, IPPROTO_UDP};
constexpr std::uint32_t kResolver = 0x7f00000b;  // 127.0.0.11

static_assert(sizeof(inet_diag_sockid) == std::tuple_size_v<decltype(OpenSocket::id)>);

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

std::string in_proc(std::int64_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

bool is_own(int space) {
  struct stat other {};
  struct stat own {};
  return ::fstat(space, &other) != 0 || ::stat("/proc/thread-self/ns/net", &own) != 0 ||
         (other.st_ino == own.st_ino && other.st_dev == own.st_dev);
}

// A socket stays in the namespace that it was made in, whoever uses it: only a thread that ends at once goes
// there.
UniqueFd open_netlink(int space) {
  UniqueFd made;
  try {
    background_thread([&] {
      if (::setns(space, CLONE_NEWNET) == 0) {
        made.reset(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
      }
    }).join();
  } catch (const std::system_error&) {
    return {};  // no thread: it is then read from /proc
  }
  constexpr timeval kLimit{.tv_sec = 1, .tv_usec = 0};
  if (made.valid() && ::setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof kLimit) != 0) {
    made.reset();
  }
  return made;
}

struct NetlinkRequest {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

void send(int netlink, const NetlinkRequest& request) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::sendto(netlink, &request, sizeof request, 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) < 0) {
    fail(errno, "cannot ask for the sockets of a network");
  }
}

NetlinkRequest request_for(std::uint16_t type, int flags, int family, int protocol) {
  NetlinkRequest request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  request.body.sdiag_family = static_cast<std::uint8_t>(family);
  request.body.sdiag_protocol = static_cast<std::uint8_t>(protocol);
  request.body.idiag_states = kAllStates;
  return request;
}

// Calls `read` with each message until it returns false.
void receive(int netlink, const std::function<bool(const nlmsghdr&, const char* body)>& read) {
  std::vector<char> buffer(kAnswer);
  for (;;) {
    const ssize_t size = ::recv(netlink, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size <= 0) {
      fail(size < 0 ? errno : EPROTO, "cannot read the sockets of a network");
    }
    std::string_view rest{buffer.data(), static_cast<std::size_t>(size)};
    while (rest.size() >= sizeof(nlmsghdr)) {
      nlmsghdr header{};
      std::memcpy(&header, rest.data(), sizeof header);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > rest.size()) {
        fail(EPROTO, "cannot read the sockets of a network");
      }
      if (!read(header, rest.data() + NLMSG_HDRLEN)) {
        return;
      }
      rest.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), rest.size()));
    }
  }
}

int error_in(const nlmsghdr& header, const char* body) {
  int error = 0;
  if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof error) {
    std::memcpy(&error, body, sizeof error);
  }
  return -error;
}

bool is_resolver_address(int family, const std::uint32_t (&address)[4]) {
  const bool is_mapped =
      family == AF_INET6 && address[0] == 0 && address[1] == 0 && address[2] == htonl(0xffff);
  return (family == AF_INET && address[0] == htonl(kResolver)) ||
         (is_mapped && address[3] == htonl(kResolver));
}

OpenSocket to_socket(const inet_diag_msg& row, int protocol) {
  OpenSocket socket{.family = row.idiag_family,
                    .protocol = protocol,
                    .is_held = row.idiag_inode != 0,
                    .is_at_resolver = is_resolver_address(row.idiag_family, row.id.idiag_src),
                    .port = ntohs(row.id.idiag_sport)};
  std::memcpy(socket.id.data(), &row.id, socket.id.size());
  return socket;
}

void list_by_netlink(int netlink, int family, int protocol, std::vector<OpenSocket>& found) {
  send(netlink, request_for(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family, protocol));
  receive(netlink, [&](const nlmsghdr& header, const char* body) {
    if (header.nlmsg_type == NLMSG_DONE) {
      return false;
    }
    if (header.nlmsg_type == NLMSG_ERROR) {
      const int error = error_in(header, body);
      if (error == ENOENT || error == EAFNOSUPPORT) {
        return false;  // a kernel without this family or protocol
      }
      fail(error, "the kernel does not name the sockets of a network");
    }
    if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof(inet_diag_msg)) {
      inet_diag_msg row{};
      std::memcpy(&row, body, sizeof row);
      found.push_back(to_socket(row, protocol));
    }
    return true;
  });
}

std::uint32_t hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// proc(5): "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode"; addresses are words in
// this machine's order, "0B00007F:0035".
void read_file(const std::string& path, int family, int protocol, std::vector<OpenSocket>& found) {
  std::ifstream file{path};
  std::string line;
  if (!file || !std::getline(file, line)) {
    if (family == AF_INET6) {
      return;  // a kernel without it
    }
    fail(EACCES, "cannot read the sockets of a network");
  }
  while (std::getline(file, line)) {
    std::istringstream fields{line};
    std::string number, local, skipped, inode;
    fields >> number >> local;
    for (int i = 0; i < 7; ++i) {
      fields >> skipped;
    }
    fields >> inode;
    const std::size_t colon = local.find(':');
    if (!fields || colon == std::string::npos || colon < 8) {
      fail(EPROTO, "cannot read the sockets of a network");
    }
    found.push_back(
        {.family = family,
         .protocol = protocol,
         .is_held = inode != "0",
         .is_at_resolver = hexadecimal(std::string_view{local}.substr(colon - 8, 8)) == htonl(kResolver),
         .port = static_cast<std::uint16_t>(hexadecimal(std::string_view{local}.substr(colon + 1)))});
  }
}

}  // namespace

SocketTable::SocketTable(std::int64_t pid) : pid_(pid) {
  const UniqueFd space{::open(in_proc(pid, "ns/net").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!space.valid()) {
    return;
  }
  is_own_ = is_own(space.get());
  if (!is_own_) {
    netlink_ = open_netlink(space.get());
  }
}

std::vector<OpenSocket> SocketTable::list() const {
  if (is_own_) {
    fail(EINVAL, "the network is this process's own");
  }
  if (!netlink_.valid()) {
    return read_files();
  }
  std::vector<OpenSocket> found;
  for (const int family : kFamilies) {
    for (const int protocol : kProtocols) {
      list_by_netlink(netlink_.get(), family, protocol, found);
    }
  }
  return found;
}

std::vector<OpenSocket> SocketTable::read_files() const {
  std::vector<OpenSocket> found;
  read_file(in_proc(pid_, "net/tcp"), AF_INET, IPPROTO_TCP, found);
  read_file(in_proc(pid_, "net/udp"), AF_INET, IPPROTO_UDP, found);
  read_file(in_proc(pid_, "net/tcp6"), AF_INET6, IPPROTO_TCP, found);
  read_file(in_proc(pid_, "net/udp6"), AF_INET6, IPPROTO_UDP, found);
  return found;
}

bool SocketTable::end(const OpenSocket& socket) const {
  if (!netlink_.valid()) {
    return false;
  }
  NetlinkRequest request = request_for(SOCK_DESTROY, NLM_F_ACK, socket.family, socket.protocol);
  std::memcpy(&request.body.id, socket.id.data(), socket.id.size());
  send(netlink_.get(), request);
  int error = EPROTO;
  receive(netlink_.get(), [&](const nlmsghdr& header, const char* body) {
    if (header.nlmsg_type == NLMSG_ERROR) {
      error = error_in(header, body);
    }
    return false;
  });
  return error == 0 || error == ENOENT;
}

}  // namespace drydock
