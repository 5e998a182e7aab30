// The open port condition. A proxy of the engine accepts at the published port long before the server listens
// (seen: 30 of 30 connects, 324 ms early), so a connect proves nothing by itself.
#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "container/published_address.h"
#include "container/tcp_knock.h"
#include "container/wait_probe.h"
#include "transport/socket_connect.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kConnectLimit{1000};
// On this machine's own bridge an answer takes microseconds; a firewall that drops is not waited for.
constexpr milliseconds kDirectLimit{20};
constexpr int kDirectFailures = 3;
// A refusal may come from another machine that has the same address in a network of ours (an engine in a
// virtual machine): after this time the published port is asked, too, and watched long.
constexpr std::chrono::seconds kDoubtAfter{5};
constexpr std::chrono::seconds kDoubtInterval{1};
constexpr milliseconds kDoubtHold{250};
// After the server itself was reached, its published port only has to hold for a moment.
constexpr milliseconds kConfirmHold{2};
// Without that, the proxy is given time to find nobody: most at once, the rest (18 ms were seen not to be
// enough on a busy machine) before the port is believed.
constexpr milliseconds kFirstHold{3};
constexpr milliseconds kSecondHold{250};

/// Looks at one published port.
class PortKnocker {
 public:
  PortKnocker(const WaitTarget& target, const PublishedPort& port)
      : port_(port), host_(host_of(target, port)), published_(resolve_tcp(host_, port.host_port)) {
    if (target.client.endpoint().kind == Endpoint::Kind::Unix && !target.ip_address.empty()) {
      direct_ = resolve_tcp(target.ip_address, port.container_port);
    }
  }

  bool is_open(Deadline deadline) {
    if (!direct_.empty()) {
      const Knock direct = knock(direct_.front(), Reach::OnLink, deadline.at_most(kDirectLimit));
      if (direct.error == 0) {
        return confirm(direct, deadline);
      }
      if (direct.error == ECONNREFUSED) {
        return (is_doubtful() && holds(kDoubtHold, deadline)) || not_open("nothing listens in the container");
      }
      give_direct_way_up(direct.error);
    }
    return holds(kFirstHold, deadline) && holds(kSecondHold, deadline);
  }

  [[nodiscard]] std::string seen() const {
    return fmt::format("port {} at {}:{}: {}", port_.container_port, host_, port_.host_port, seen_);
  }

 private:
  bool not_open(std::string why) {
    seen_ = std::move(why);
    return false;
  }

  /// A network of this machine that holds the address need not be the engine's; one that is may be slow once.
  void give_direct_way_up(int error) {
    if (error != ETIMEDOUT || ++direct_failures_ >= kDirectFailures) {
      direct_.clear();
    }
  }

  Knock knock_published(Deadline deadline) {
    Knock last{.error = EADDRNOTAVAIL};
    for (const TcpAddress& address : published_) {
      last = knock(address, Reach::Routed, deadline.at_most(kConnectLimit));
      if (last.error == 0) {
        return last;
      }
    }
    not_open(published_.empty() ? "the host name has no address" : describe_errno(last.error));
    return last;
  }

  /// The server was reached past the proxy; now the way that the test will take.
  bool confirm(const Knock& direct, Deadline deadline) {
    const Knock published = knock_published(deadline);
    if (published.error != 0) {
      return false;
    }
    // Closed at once on both ways: this server closes idle connections, and it is the server that does.
    if (hold(published.socket, kConfirmHold) == Held::Closed && hold(direct.socket, {}) != Held::Closed) {
      return not_open("the published port closes connections, though the server listens");
    }
    return true;
  }

  bool is_doubtful() {
    if (pace_.waited() < next_doubt_) {
      return false;
    }
    next_doubt_ = pace_.waited() + kDoubtInterval;
    return true;
  }

  /// Returns whether a new connection to the published port stays open, or is spoken to.
  bool holds(milliseconds time, Deadline deadline) {
    const PollPace connecting;
    const Knock published = knock_published(deadline);
    if (published.error != 0) {
      return false;
    }
    // A far engine's close takes its way back, too.
    if (hold(published.socket, time + 4 * connecting.waited()) != Held::Closed) {
      return true;
    }
    return not_open(
        "the connection is accepted and closed at once, as a proxy does with no server behind it");
  }

  PublishedPort port_;
  std::string host_;
  std::vector<TcpAddress> published_;
  std::vector<TcpAddress> direct_{};  // the container's own address; empty: not usable
  int direct_failures_{0};
  PollPace pace_{};
  nanoseconds next_doubt_{kDoubtAfter};
  std::string seen_{"not looked at yet"};
};

class PortProbe final : public Probe {
 public:
  PortProbe(const WaitTarget& target, std::uint16_t port) {
    for (const PublishedPort& each : published_tcp(target, port)) {
      closed_.emplace_back(target, each);
    }
  }

  bool look(Deadline deadline) override {
    while (!closed_.empty() && closed_.back().is_open(deadline)) {
      closed_.pop_back();
    }
    return closed_.empty();
  }

  [[nodiscard]] std::string seen() const override { return closed_.empty() ? "open" : closed_.back().seen(); }

 private:
  std::vector<PortKnocker> closed_{};
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::PortOpen& condition) {
  return std::make_unique<PortProbe>(target, condition.port);
}

}  // namespace drydock
