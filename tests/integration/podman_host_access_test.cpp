// Host access on a real Podman, which this program starts for itself.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/host_access.h"
#include "drydock/container/host_port.h"
#include "drydock/container/test_container.h"
#include "drydock/gtest/matchers.h"

#include "support/local_service.h"
#include "support/podman_test.h"
#include "support/thrown.h"

namespace drydock {
namespace {

constexpr const char* kGreeting = "hello from the host\n";

class PodmanHostAccessTest : public PodmanTest {
 protected:
  // A container that is told where the host's service is.
  static TestContainer box(const std::string& address, const std::string& network = "") {
    ContainerSpec spec =
        in_podman({.command = {"sleep", "600"},
                   .host_access = {.enabled = true, .env = {{"HOST_URL", "http://" + address + "/"}}}});
    if (!network.empty()) {
      spec.networks = {{.network = network}};
    }
    return TestContainer{spec, client()};
  }
};

TEST_F(PodmanHostAccessTest, IsAPodman) {
  EXPECT_EQ(client().system().kind().family, EngineFamily::Podman);
}

TEST_F(PodmanHostAccessTest, ReachesAServiceOnAllAddresses) {
  const LocalService service{"0.0.0.0", LocalService::greet};
  const TestContainer container = box("{host}:" + std::to_string(service.port()));
  verify_host_access(container, service.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(PodmanHostAccessTest, ReachesAServiceOnLoopbackThroughTheForwarder) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const HostPort exposed = expose_host_port(service.port(), {}, client());
  const TestContainer container = box(exposed.address());
  verify_host_access(container, exposed.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(PodmanHostAccessTest, GoesByTheGatewayOfTheNetworkThatIsJoined) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const std::string network = PodmanEngine::other_network();
  // No container has joined it yet, so that its bridge is not there: the forwarder listens all the same.
  const HostPort exposed = expose_host_port(service.port(), {.network = network}, client());
  const TestContainer container = box(exposed.address(), network);
  verify_host_access(container, exposed.port());
  EXPECT_THAT(container.sh("wget -q -O - $HOST_URL"), Succeeded(StdoutIs(kGreeting)));
}

TEST_F(PodmanHostAccessTest, AServiceOnLoopbackIsRefusedWithoutTheForwarder) {
  const LocalService service{"127.0.0.1", LocalService::greet};
  const TestContainer container = box("{host}:1");
  EXPECT_EQ(code_thrown_by([&] { verify_host_access(container, service.port()); }), ErrorCode::Connection);
}

TEST_F(PodmanHostAccessTest, AContainerWithoutHostAccessDoesNotKnowTheName) {
  const TestContainer container{
      in_podman({.command = {"sleep", "600"}, .dns = {"127.0.0.1"}}),  // nobody answers there
      client()};
  EXPECT_EQ(code_thrown_by([&] { verify_host_access(container, 1); }), ErrorCode::NotFound);
}

}  // namespace
}  // namespace drydock
