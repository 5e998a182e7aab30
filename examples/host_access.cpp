// A container that calls services of the machine that the test runs on.
//
// What to look at: inside, the machine is called host.docker.internal, whatever the engine. A service that
// listens on 127.0.0.1 only, as services in tests should, is exposed by a forwarder in this process.
#include "drydock/container/host_access.h"

#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/host_port.h"
#include "drydock/gtest.h"

using namespace drydock;
using testing::Eq;

namespace {

// Stands for the service under test: answers each HTTP request with a greeting.
class GreetingService {
 public:
  explicit GreetingService(in_addr_t address) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in bound{};
    bound.sin_family = AF_INET;
    bound.sin_addr.s_addr = htonl(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&bound);
    socklen_t size = sizeof bound;
    if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 16) != 0 ||
        ::getsockname(socket_, generic, &size) != 0) {
      throw std::runtime_error("the service cannot listen");
    }
    port_ = ntohs(bound.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  GreetingService(const GreetingService&) = delete;
  GreetingService& operator=(const GreetingService&) = delete;
  ~GreetingService() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve() const {
    constexpr const char* kAnswer = "HTTP/1.0 200 OK\r\n\r\nhello from the host\n";
    for (int client = -1; (client = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(client)) {
      char request[1024];
      if (::recv(client, request, sizeof request, 0) > 0) {
        ::send(client, kAnswer, std::strlen(kAnswer), MSG_NOSIGNAL);
      }
    }
  }

  int socket_;
  std::uint16_t port_{0};
  std::thread thread_;
};

}  // namespace

class HostAccessTest : public ContainerTest {};

TEST_F(HostAccessTest, CallsAServiceThatListensOn127001) {
  const GreetingService service{INADDR_LOOPBACK};
  // Listens where containers find this machine, and nowhere else. Declared before the container.
  const HostPort api = expose_host_port(service.port());

  TestContainer& app =
      start({.image = "drydock-test/busybox:1",
             .command = {"sleep", "1000"},
             .host_access = {.enabled = true, .env = {{"API_URL", "http://" + api.address() + "/"}}}});

  EXPECT_THAT(app.sh("wget -q -O - $API_URL"), Succeeded(StdoutIs(Eq("hello from the host\n"))));
}

TEST_F(HostAccessTest, CallsAServiceThatListensOnAllAddresses) {
  const GreetingService service{INADDR_ANY};
  const std::string url = "http://{host}:" + std::to_string(service.port()) + "/";

  // No forwarder is needed. {host} becomes the name under which the container finds this machine.
  TestContainer& app = start({.image = "drydock-test/busybox:1",
                              .command = {"sleep", "1000"},
                              .host_access = {.enabled = true, .env = {{"API_URL", url}}}});

  // Fails with what is in the way: the service's address, a firewall, a spec without host_access.
  verify_host_access(app, service.port());
  EXPECT_THAT(app.sh("wget -q -O - $API_URL"), Succeeded(StdoutIs(Eq("hello from the host\n"))));
}
