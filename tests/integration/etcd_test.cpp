// The etcd fixture on a real server, through its gateway and etcdctl.
#include "drydock/fixtures/etcd.h"

#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "fixtures/service_call.h"
#include "support/scripted_server.h"
#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/subprocess.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{EtcdOptions{}.image});

/// Returns a port of this machine that nobody uses for now.
std::uint16_t free_port() {
  const ScriptedServer server{{}, ScriptedServer::Socket::Tcp};
  return server.endpoint().port;
}

struct Configured : Etcd {
  using Etcd::Etcd;
  static Options options() { return {.keys = {{"/limit", "10"}, {"/name", "a\nb"}}}; }
};

class EtcdTest : public SuiteService<Configured> {
 protected:
  void SetUp() override { service().clean(); }

  static std::string keys() { return service().etcdctl({"get", "", "--prefix", "--keys-only"}).out; }
  static void put(const std::string& body) {
    static_cast<void>(call_http(service().container(),
                                {.port = 2379, .method = Method::Post, .target = "/v3/kv/put", .body = body},
                                Deadline::in(std::chrono::seconds{20})));
  }
};

TEST_F(EtcdTest, HasTheKeysOfItsSetUpWhenItIsReady) {
  EXPECT_THAT(service().etcdctl({"get", "/limit", "--print-value-only"}), Succeeded(StdoutIs("10\n")));
  EXPECT_THAT(service().etcdctl({"get", "/name", "--print-value-only"}), Succeeded(StdoutIs("a\nb\n")));
  EXPECT_EQ(service().url(), "http://" + service().address());
  EXPECT_EQ(service().user(), "");
}

TEST_F(EtcdTest, ServesTheTestProcess) {
  put(R"({"key":"Zm9v","value":"YmFy"})");
  EXPECT_THAT(service().etcdctl({"get", "foo", "--print-value-only"}), Succeeded(StdoutIs("bar\n")));
}

TEST_F(EtcdTest, ComesBackToCleanWhateverATestWrote) {
  const std::string clean = keys();
  EXPECT_THAT(service().etcdctl({"put", "/limit", "99"}), Succeeded());
  EXPECT_THAT(service().etcdctl({"del", "/name"}), Succeeded());
  EXPECT_THAT(service().etcdctl({"put", std::string(1, '\x01'), "first"}), Succeeded());
  put(R"({"key":"//8=","value":"bGFzdA=="})");
  const std::string granted = service().etcdctl({"lease", "grant", "600"}).out;
  const std::string lease = granted.substr(6, 16);  // "lease 0123456789abcdef granted ..."
  EXPECT_THAT(service().etcdctl({"put", "/leased", "1", "--lease=" + lease}), Succeeded());
  EXPECT_THAT(service().etcdctl({"lease", "list"}).out, HasSubstr(lease));
  EXPECT_NE(keys(), clean);
  service().clean();
  EXPECT_EQ(keys(), clean);
  EXPECT_THAT(service().etcdctl({"get", "/limit", "--print-value-only"}), Succeeded(StdoutIs("10\n")));
  EXPECT_THAT(service().etcdctl({"lease", "list"}).out, Not(HasSubstr(lease)));
}

TEST(EtcdStartTest, AsksForThePasswordAndComesBackToCleanWithIt) {
  const Etcd etcd{{.keys = {{"/limit", "10"}}, .root_password = "p@ss word"}};
  EXPECT_EQ(etcd.user(), "root");
  EXPECT_EQ(etcd.password().reveal(), "p@ss word");
  EXPECT_THAT(etcd.container().exec({"etcdctl", "get", "/limit"}, {.env = {{"ETCDCTL_API", "3"}}}).err,
              HasSubstr("user name is empty"));
  EXPECT_THAT(etcd.etcdctl({"put", "/more", "1"}), Succeeded());
  etcd.clean();
  EXPECT_THAT(etcd.etcdctl({"get", "", "--prefix"}), Succeeded(StdoutIs("/limit\n10\n")));
}

TEST(EtcdStartTest, KeepsWhatATestWroteWhenItIsStartedAgain) {
  Etcd etcd{{.keys = {{"/limit", "10"}}, .root_password = "secret"}};
  EXPECT_THAT(etcd.etcdctl({"put", "/limit", "99"}), Succeeded());
  etcd.container().reset(reset::Restart{});
  EXPECT_THAT(etcd.etcdctl({"get", "/limit", "--print-value-only"}), Succeeded(StdoutIs("99\n")));
  etcd.container().reset(reset::Recreate{});
  EXPECT_THAT(etcd.etcdctl({"get", "/limit", "--print-value-only"}), Succeeded(StdoutIs("10\n")));
}

TEST(EtcdStartTest, AdvertisesTheHostsPortWhenItIsFixed) {
  const std::uint16_t port = free_port();
  const Etcd etcd{{.host_port = port}};
  EXPECT_EQ(etcd.port(), port);
  EXPECT_THAT(etcd.etcdctl({"member", "list"}).out, HasSubstr("http://127.0.0.1:" + std::to_string(port)));
}

TEST(EtcdStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const Etcd etcd{{.keys = {{"a", "1"}}, .tls = signed_by_itself.files()}};
  EXPECT_EQ(etcd.url(), "https://" + etcd.address());
  const auto health = run_subprocess(
      {"curl", "-sS", "--cacert", signed_by_itself.certificate_file(), etcd.url() + "/health"});
  EXPECT_THAT(health.output, HasSubstr(R"("health":"true")"));
  EXPECT_THAT(etcd.etcdctl({"del", "a"}), Succeeded());
  etcd.clean();
  EXPECT_THAT(etcd.etcdctl({"get", "a"}), Succeeded(StdoutIs("a\n1\n")));
}

TEST(EtcdStartTest, ShowsTheServersWordsWhenAFlagIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] { (void)Etcd{{.flags = {{"no-such-flag", "1"}}}}; });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_THAT(error->what(), HasSubstr("flag provided but not defined: -no-such-flag"));
}

TEST(EtcdStartTest, ShowsTheServersWordsWhenItRefusesAKey) {
  const auto error = thrown_by<ContainerStartError>([] {
    (void)Etcd{{.keys = {{"a", std::string(3000, 'x')}}, .flags = {{"max-request-bytes", "1000"}}}};
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::NotReady);
  EXPECT_THAT(error->what(), HasSubstr("request is too large"));
}

TEST(EtcdStartTest, SaysAtOnceThatTheServerDied) {
  Etcd etcd;
  etcd.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { etcd.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

}  // namespace
}  // namespace drydock::fixtures
