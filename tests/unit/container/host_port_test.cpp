#include "drydock/container/host_port.h"

#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/forked.h"
#include "support/local_service.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// An engine whose default network is the loopback: its gateway is an address that this process can listen on.
std::shared_ptr<ScriptedExchange> engine_on_loopback() {
  const auto engine = std::make_shared<ScriptedExchange>();
  engine->always(Method::Get, "/version", 200, R"({"Version":"20.10.24"})")
      .always(Method::Get, "/info", 200, R"({"OperatingSystem":"Debian GNU/Linux 12"})")
      .always(Method::Get, "/networks/bridge", 200,
              R"({"Id":"1","Name":"bridge","IPAM":{"Config":[{"Subnet":"127.0.0.0/8"}]}})");
  return engine;
}

std::string greeting_of(std::uint16_t port) {
  const UniqueFd socket = connect_here(port);
  std::string answer;
  send_all(socket.get(), "GET / HTTP/1.1\r\n\r\n");
  read_to_end(socket.get(), answer);
  return answer;
}

class HostPortTest : public ::testing::Test {
 protected:
  LocalService service_{"127.0.0.1", LocalService::greet};
  std::shared_ptr<ScriptedExchange> engine_ = engine_on_loopback();
  Client client_ = scripted_client(engine_);
};

TEST_F(HostPortTest, LeadsToTheServiceAsLongAsItLives) {
  std::uint16_t port = 0;
  {
    const HostPort exposed = expose_host_port(service_.port(), {}, client_);
    port = exposed.port();
    EXPECT_EQ(exposed.address(), "host.docker.internal:" + std::to_string(port));
    EXPECT_THAT(greeting_of(port), HasSubstr("hello from the host"));
  }
  EXPECT_FALSE(connect_here(port).valid());
}

TEST_F(HostPortTest, LivesOnWhereItIsMovedTo) {
  HostPort first = expose_host_port(service_.port(), {}, client_);
  const std::uint16_t port = first.port();
  HostPort second = std::move(first);
  EXPECT_EQ(first.port(), 0);  // NOLINT(bugprone-use-after-move): that is the question
  EXPECT_THAT(greeting_of(port), HasSubstr("hello"));
  second = expose_host_port(service_.port(), {}, client_);
  EXPECT_FALSE(connect_here(port).valid()) << "the replaced one still listens";
  EXPECT_THAT(greeting_of(second.port()), HasSubstr("hello"));
}

TEST_F(HostPortTest, AForkedChildsCopyDoesNothing) {
  auto exposed = std::make_unique<HostPort>(service_.port(), HostPortOptions{}, client_);
  const std::uint16_t port = exposed->port();
  EXPECT_EQ(in_forked_child([&exposed] {
              exposed.reset();
              return std::string{"done"};
            }),
            "done");
  EXPECT_THAT(greeting_of(port), HasSubstr("hello"));
}

TEST_F(HostPortTest, EndsThoughAForkedChildLivesOn) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  auto exposed = std::make_unique<HostPort>(service_.port(), HostPortOptions{}, client_);
  const std::uint16_t port = exposed->port();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[1]);
    char byte = 0;
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);  // until the parent closes its end
  }
  exposed.reset();
  EXPECT_FALSE(connect_here(port).valid()) << "the child's copy takes connections that nobody serves";
  ::close(ends[1]);
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
}

TEST_F(HostPortTest, DockerDesktopNeedsNoForwarder) {
  const auto desktop = std::make_shared<ScriptedExchange>();
  desktop->answer(200, R"({"Version":"27.0.0"})").answer(200, R"({"OperatingSystem":"Docker Desktop"})");
  const HostPort exposed = expose_host_port(service_.port(), {}, scripted_client(desktop));
  EXPECT_EQ(exposed.port(), service_.port());
}

TEST_F(HostPortTest, RefusesWhatCannotWorkBeforeAnythingIsAsked) {
  const std::pair<std::uint16_t, HostPortOptions> table[] = {
      {0, {}}, {80, {.service_address = "localhost"}}, {80, {.max_connections = 0}}};
  for (const auto& [port, options] : table) {
    EXPECT_THROW((void)HostPort(port, options, client_), InvalidArgumentError) << port;
  }
  EXPECT_THAT(engine_->lines(), IsEmpty());
}

TEST_F(HostPortTest, SaysThatAnEngineElsewhereDoesNotReachThisProcess) {
  const Client elsewhere{engine_, Endpoint::parse("tcp://192.0.2.77:2375")};
  const auto error = thrown_by([&] { (void)expose_host_port(80, {}, elsewhere); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Unsupported);
  EXPECT_THAT(error->what(), HasSubstr("192.0.2.77"));
}

}  // namespace
}  // namespace drydock
