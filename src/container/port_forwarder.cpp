#include "container/port_forwarder.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <exception>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"

#include "container/local_addresses.h"
#include "transport/socket_connect.h"

namespace drydock {
namespace {

// How long the forwarder takes no connection after the process ran out of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr int kSocketFlags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

[[noreturn]] void throw_cannot_listen(const std::string& address, int error) {
  throw Error(
      ErrorCode::Connection,
      fmt::format("cannot listen on {} to forward a port to containers: {}", address, describe_errno(error)),
      {.operation = "expose host port", .resource = address});
}

UniqueFd listen_on(const ForwarderOptions& options, std::uint16_t& port) {
  UniqueFd socket{::socket(AF_INET, kSocketFlags, 0)};
  const int on = 1;
  if (options.may_come_later) {
    ::setsockopt(socket.get(), IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::inet_pton(AF_INET, options.listen.c_str(), &address.sin_addr) != 1) {
    throw_cannot_listen(options.listen, EINVAL);
  }
  if (::bind(socket.get(), generic, size) != 0 || ::listen(socket.get(), SOMAXCONN) != 0 ||
      ::getsockname(socket.get(), generic, &size) != 0) {
    throw_cannot_listen(options.listen, errno);
  }
  port = ntohs(address.sin_port);
  return socket;
}

// Starts a thread that takes no signal: those belong to the program's own threads.
template <typename Body>
std::thread start_without_signals(const Body& body) {
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread{body};
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

void send_at_once(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

}  // namespace

PortForwarder::PortForwarder(ForwarderOptions options)
    : options_(std::move(options)),
      listener_(listen_on(options_, port_)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!stop_.valid()) {
    throw_cannot_listen(options_.listen, errno);
  }
  thread_ = start_without_signals([this] { run(); });
}

PortForwarder::~PortForwarder() {
  // Not only closed: a forked child's copy would go on taking connections that nobody serves.
  ::shutdown(listener_.get(), SHUT_RDWR);
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) != sizeof one) {
    log::error("the forwarder's thread cannot be told to stop");  // an eventfd takes this much, always
  }
  thread_.join();
}

void PortForwarder::run() noexcept {
  try {
    serve();
  } catch (const std::exception& error) {
    log::error(fmt::format("the forwarder to {} has ended: {}", options_.target_name, error.what()));
  }
  for (Relay& relay : relays_) {
    relay.abort();
  }
  relays_.clear();
}

void PortForwarder::serve() {
  std::vector<pollfd> entries;
  for (;;) {
    entries.clear();
    entries.push_back({.fd = stop_.get(), .events = POLLIN, .revents = 0});
    entries.push_back({.fd = may_accept() ? listener_.get() : -1, .events = POLLIN, .revents = 0});
    for (const Relay& relay : relays_) {
      relay.watch(entries);
    }
    wait(entries);
    if (entries[0].revents != 0) {
      return;
    }
    advance_relays(entries);
    if (entries[1].revents != 0) {
      accept_one();
    }
  }
}

bool PortForwarder::may_accept() const {
  const bool is_pausing = accept_pause_.is_set() && !accept_pause_.expired();
  return relays_.size() < options_.max_connections && !is_pausing;
}

void PortForwarder::wait(std::vector<pollfd>& entries) const {
  const auto time_until = [](const Deadline& limit) { return limit.is_set() ? limit.remaining_ms() : -1; };
  int time = accept_pause_.expired() ? -1 : time_until(accept_pause_);
  for (const Relay& relay : relays_) {
    if (const int left = time_until(relay.limit()); left >= 0) {
      time = time < 0 ? left : std::min(time, left);
    }
  }
  if (::poll(entries.data(), entries.size(), time) < 0) {
    for (pollfd& entry : entries) {
      entry.revents = 0;
    }
  }
}

void PortForwarder::accept_one() {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  UniqueFd inner{
      ::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!inner.valid()) {
    if (is_shortage(errno)) {
      log::warn(fmt::format("the forwarder to {} cannot take a connection now: {}", options_.target_name,
                            describe_errno(errno)));
      accept_pause_ = Deadline::in(kAcceptPause);
    }
    return;
  }
  if (options_.only_from_here && !is_own_address(peer.sin_addr)) {
    reset_connection(inner.get());
    return;
  }
  open_relay(std::move(inner));
}

void PortForwarder::open_relay(UniqueFd inner) {
  const TcpAddress& target = options_.target;
  UniqueFd outer{::socket(target.address.ss_family, kSocketFlags, 0)};
  const bool failed =
      !outer.valid() ||
      (::connect(outer.get(), reinterpret_cast<const sockaddr*>(&target.address), target.size) != 0 &&
       errno != EINPROGRESS && errno != EINTR);
  if (failed) {
    report_refusal(errno);
    reset_connection(inner.get());
    return;
  }
  send_at_once(inner.get());
  send_at_once(outer.get());
  relays_.emplace_back(std::move(inner), std::move(outer), Deadline::in(options_.connect_timeout));
}

void PortForwarder::advance_relays(const std::vector<pollfd>& entries) {
  std::size_t at = 2;
  for (auto relay = relays_.begin(); relay != relays_.end(); at += 2) {
    const bool was_connecting = relay->state() == Relay::State::Connecting;
    relay->advance(entries[at], entries[at + 1]);
    switch (relay->state()) {
      case Relay::State::Connecting:
      case Relay::State::Open:
        refusal_reported_ = refusal_reported_ && (!was_connecting || relay->state() != Relay::State::Open);
        ++relay;
        continue;
      case Relay::State::Refused:
        report_refusal(relay->error());
        break;
      case Relay::State::Broken:
      case Relay::State::Ended:
        break;
    }
    if (relay->state() != Relay::State::Ended) {
      relay->abort();
    }
    relay = relays_.erase(relay);
  }
}

void PortForwarder::report_refusal(int error) {
  // Once until it answers: a client that polls would fill the log.
  if (!std::exchange(refusal_reported_, true)) {
    log::warn(fmt::format("a container wants to reach {}, which does not answer: {}; start the service there",
                          options_.target_name, describe_errno(error)));
  }
}

}  // namespace drydock
