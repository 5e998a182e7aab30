// Containers that reach services of this machine, on the engine that the environment names.
#include "drydock/container/host_access.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/host_port.h"
#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/gtest/matchers.h"

#include "support/local_service.h"
#include "support/real_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGreeting = "hello from the host\n";

// A container that is told where the host's service is.
ContainerSpec box(const std::string& address) {
  return {.image = kBusybox,
          .command = {"sleep", "600"},
          .host_access = {.enabled = true, .env = {{"HOST_URL", "http://" + address + "/"}}}};
}

class HostAccessTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(left_behind_here(), IsEmpty()); }
};

TEST_F(HostAccessTest, ReachesAServiceOnAllAddresses) {
  const LocalService service{"0.0.0.0", LocalService::greet};
  const TestContainer container{box("{host}:" + std::to_string(service.port()))};
  verify_host_access(container, service.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(HostAccessTest, ReachesAServiceOnLoopbackThroughTheForwarder) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const HostPort exposed = expose_host_port(service.port());
  const TestContainer container{box(exposed.address())};
  verify_host_access(container, exposed.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(HostAccessTest, ReachesItFromAUserDefinedNetwork) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const HostPort exposed = expose_host_port(service.port());
  const TestNetwork network;
  ContainerSpec spec = box(exposed.address());
  spec.networks = {{.network = network.name()}};
  const TestContainer container{spec};
  verify_host_access(container, exposed.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(HostAccessTest, CarriesLargeTransfersBothWaysAtOnce) {
  constexpr std::size_t kSize = std::size_t{64} << 20;
  std::atomic<std::size_t> received{0};
  const LocalService service{"127.0.0.1", [&received](int socket) {
                               std::string sent;
                               read_to_end(socket, sent);
                               received += sent.size();
                               send_all(socket, sent);
                             }};
  const HostPort exposed = expose_host_port(service.port());
  const TestContainer container{box(exposed.address())};
  const std::string once = "head -c " + std::to_string(kSize) + " /dev/zero | nc host.docker.internal " +
                           std::to_string(exposed.port()) + " | wc -c";
  EXPECT_THAT(container.sh("(" + once + ") & (" + once + ") & wait"),
              Succeeded(StdoutIs(std::to_string(kSize) + "\n" + std::to_string(kSize) + "\n")));
  EXPECT_EQ(received, 2 * kSize);
}

TEST_F(HostAccessTest, AServiceOnLoopbackIsRefusedWithoutTheForwarder) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const TestContainer container{box("{host}:1")};
  const auto error = thrown_by([&] { verify_host_access(container, service.port()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Connection);
  EXPECT_THAT(error->what(), AllOf(HasSubstr(container.name()), HasSubstr("127.0.0.1"), HasSubstr("0.0.0.0"),
                                   HasSubstr("firewall"), HasSubstr("expose_host_port")));
}

TEST_F(HostAccessTest, AContainerWithoutHostAccessDoesNotKnowTheName) {
  ContainerSpec spec = box("");
  spec.host_access = {};
  spec.dns = {"127.0.0.1"};  // nobody answers there
  const TestContainer container{spec};
  EXPECT_EQ(code_thrown_by([&] { verify_host_access(container, 1); }), ErrorCode::NotFound);
}

TEST_F(HostAccessTest, SaysThatAnImageHasNothingToTryItWith) {
  ContainerSpec spec = box("{host}:1");
  spec.image = "drydock-test/probe:1";
  spec.command = {"exit", "--code", "0", "--after-ms", "600000"};
  const TestContainer container{spec};
  const auto error = thrown_by([&] { verify_host_access(container, 1); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Unsupported);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("nc"), HasSubstr("bash"), HasSubstr("curl"), HasSubstr("wget")));
}

TEST_F(HostAccessTest, TheForwarderDoesNotListenOnLoopback) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const HostPort exposed = expose_host_port(service.port());
  EXPECT_FALSE(connect_here(exposed.port()).valid());
}

}  // namespace
}  // namespace drydock
