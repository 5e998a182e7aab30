// The HTTP condition: asks the published port until an answer is as wanted.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "container/published_address.h"
#include "container/wait_probe.h"
#include "transport/httplib_exchange.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBodyKept = std::size_t{1} << 20;
constexpr std::size_t kBodyShown = 200;

Method parse_method(const std::string& name) {
  constexpr std::array kMethods = {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete};
  const auto* const found = std::find_if(kMethods.begin(), kMethods.end(), [&name](Method method) {
    return text::equals_ignoring_case(to_string(method), name);
  });
  if (found == kMethods.end()) {
    throw InvalidArgumentError(
        fmt::format("an HTTP condition cannot use the method '{}': take GET, HEAD, POST, PUT "
                    "or DELETE",
                    text::printable(name)),
        {.operation = "wait"});
  }
  return *found;
}

PublishedPort only_port(const WaitTarget& target, std::uint16_t wanted) {
  const std::vector<PublishedPort> ports = published_tcp(target, wanted);
  if (ports.size() > 1) {
    throw InvalidArgumentError(
        fmt::format("container '{}' publishes several TCP ports: say which one the HTTP condition means",
                    target.label),
        {.operation = "wait", .resource = target.label});
  }
  return ports.front();
}

Endpoint endpoint_of(const WaitTarget& target, const PublishedPort& port) {
  return {.kind = Endpoint::Kind::Tcp, .path = {}, .host = host_of(target, port), .port = port.host_port};
}

class HttpProbe final : public Probe {
 public:
  HttpProbe(const WaitTarget& target, const wait::HttpOk& condition)
      : condition_(condition),
        endpoint_(endpoint_of(target, only_port(target, condition.port))),
        // A server that comes up may close connections that it has answered: each request takes a new one.
        exchange_(endpoint_, {.idle_connections = 0}) {
    request_.method = parse_method(condition.method);
    request_.target = condition.path;
    request_.operation = "wait for HTTP";
    request_.resource = endpoint_.to_string();
    for (const auto& [name, value] : condition.headers) {
      request_.headers.push_back({name, value});
    }
  }

  bool look(Deadline deadline) override {
    std::string body;
    try {
      Response response = exchange_.stream(
          request_,
          [&body](std::string_view piece) {
            body.append(piece.substr(0, kBodyKept - body.size()));
            return body.size() < kBodyKept;
          },
          deadline.at_most(request_limit()));
      body += response.body;  // of an answer that is not 2xx
      return judge(response.status, body);
    } catch (const InvalidArgumentError&) {
      throw;
    } catch (const Error& error) {
      // A request that the wait's own end cut short says less than the answer before it.
      if (!deadline.expired() || seen_.empty()) {
        seen_ = error.what();
      }
    }
    return false;
  }

  [[nodiscard]] std::string seen() const override { return seen_; }

 private:
  /// A server that hangs while it comes up must not use up the whole time; one that is slow needs some.
  [[nodiscard]] milliseconds request_limit() const {
    return std::clamp(std::chrono::duration_cast<milliseconds>(pace_.waited() / 2), milliseconds{250},
                      milliseconds{10'000});
  }

  bool judge(int status, const std::string& body) {
    seen_ = fmt::format(
        "status {}{}", status,
        body.empty() ? ", no body" : fmt::format(", body '{}'", text::printable(body, kBodyShown)));
    const bool wanted = std::find(condition_.statuses.begin(), condition_.statuses.end(), status) !=
                        condition_.statuses.end();
    return wanted && body.find(condition_.body_contains) != std::string::npos;
  }

  const wait::HttpOk& condition_;
  Endpoint endpoint_;
  HttplibExchange exchange_;
  Request request_{};
  PollPace pace_{};
  std::string seen_{};
};

}  // namespace

std::unique_ptr<Probe> make_probe(const WaitTarget& target, const wait::HttpOk& condition) {
  return std::make_unique<HttpProbe>(target, condition);
}

}  // namespace drydock
