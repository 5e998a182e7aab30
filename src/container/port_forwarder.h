// A TCP forwarder in a thread of this process: listens on one address, and relays each connection to another.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <netinet/in.h>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "container/relay.h"
#include "container/tcp_knock.h"

namespace drydock {

struct ForwarderOptions {
  std::string listen{"127.0.0.1"};  ///< IPv4 address
  bool may_come_later{false};       ///< listen even though no interface has the address yet
  bool only_from_here{false};       ///< reset connections that come from other machines
  TcpAddress target{};
  std::string target_name{};  ///< for messages
  std::size_t max_connections{64};
  std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
};

/// Listens from the constructor to the destructor. The destructor resets what is still open and returns when
/// the thread has ended, which waits for nobody. It must not run in a forked child, where there is no thread.
class PortForwarder {
 public:
  /// Throws Error with the code Connection when it cannot listen there.
  explicit PortForwarder(ForwarderOptions options);
  PortForwarder(const PortForwarder&) = delete;
  PortForwarder& operator=(const PortForwarder&) = delete;
  ~PortForwarder();

  /// Returns the port, which the system chose.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  void run() noexcept;
  void serve();
  void wait(std::vector<pollfd>& entries) const;
  void accept_one();
  void open_relay(UniqueFd inner);
  void advance_relays(const std::vector<pollfd>& entries);
  void report_refusal(int error);
  [[nodiscard]] bool may_accept() const;

  const ForwarderOptions options_;
  std::uint16_t port_{0};
  UniqueFd listener_, stop_;
  // Of the thread alone:
  std::list<Relay> relays_{};
  Deadline accept_pause_{};  // set: no accept before it
  bool refusal_reported_{false};
  std::thread thread_;
};

}  // namespace drydock
