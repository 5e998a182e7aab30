#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"

namespace drydock {
namespace {

class SystemTest : public testing::Test {
 protected:
  [[nodiscard]] System system() const { return client_.system(); }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(SystemTest, PingsEachTime) {
  EXPECT_EQ(system().ping(), "1.41");
  engine_->answer_ping(200, {{"Api-Version", "1.44"}});
  EXPECT_EQ(system().ping(), "1.44");
  EXPECT_EQ(engine_->pings(), 2);
}

TEST_F(SystemTest, ReadsTheVersionWithoutNegotiating) {
  engine_->answer(200,
                  R"({"Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"20.10.24+dfsg1"}],)"
                  R"("Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux",)"
                  R"("Arch":"amd64","KernelVersion":"6.1.0"})");
  const EngineVersion version = system().version();
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /version"});
  EXPECT_EQ(version.version, "20.10.24+dfsg1");
  EXPECT_EQ(version.api_version, "1.41");
  EXPECT_EQ(version.min_api_version, "1.12");
  EXPECT_EQ(version.os, "linux");
  EXPECT_EQ(version.arch, "amd64");
  EXPECT_EQ(version.kernel, "6.1.0");
  EXPECT_EQ(version.platform, "Engine");
}

TEST_F(SystemTest, PrefersThePlatformsOwnName) {
  engine_->answer(200,
                  R"({"Platform":{"Name":"Docker Engine - Community"},"Components":[{"Name":"Engine"}]})");
  EXPECT_EQ(system().version().platform, "Docker Engine - Community");
}

TEST_F(SystemTest, KnowsPodmanByItsComponent) {
  engine_->answer(200,
                  R"({"Platform":{"Name":"linux/amd64/debian-12"},"Components":[{"Name":"Podman Engine"}]})");
  EXPECT_EQ(system().version().platform, "Podman Engine");
}

TEST_F(SystemTest, ReadsTheInfo) {
  constexpr const char* kInfo =
      R"({"ID":"GJCD","Containers":3,"ContainersRunning":1,"Images":6,"Driver":"overlay2","CgroupVersion":"1",)"
      R"("OperatingSystem":"Debian GNU/Linux 12","OSType":"linux","Architecture":"x86_64","NCPU":2,)"
      R"("MemTotal":25276510208,"Name":"host","DefaultRuntime":"runc","SecurityOptions":["name=seccomp"]})";
  engine_->answer(200, kInfo);
  const EngineInfo info = system().info();
  EXPECT_EQ(engine_->lines(), std::vector<std::string>{"GET /v1.41/info"});
  EXPECT_EQ(info.id, "GJCD");
  EXPECT_EQ(info.name, "host");
  EXPECT_EQ(info.operating_system, "Debian GNU/Linux 12");
  EXPECT_EQ(info.os_type, "linux");
  EXPECT_EQ(info.architecture, "x86_64");
  EXPECT_EQ(info.storage_driver, "overlay2");
  EXPECT_EQ(info.cgroup_version, "1");
  EXPECT_EQ(info.default_runtime, "runc");
  EXPECT_EQ(info.cpus, 2);
  EXPECT_EQ(info.memory_bytes, 25276510208);
  EXPECT_EQ(info.containers, 3);
  EXPECT_EQ(info.running, 1);
  EXPECT_EQ(info.images, 6);
  EXPECT_FALSE(info.rootless);
  EXPECT_EQ(info.json, kInfo);
}

TEST_F(SystemTest, KnowsRootlessEngines) {
  engine_->answer(200, R"({"SecurityOptions":["name=seccomp,profile=default","name=rootless"]})")
      .answer(200, R"({"Rootless":true})");
  EXPECT_TRUE(system().info().rootless);
  EXPECT_TRUE(system().info().rootless);
}

TEST_F(SystemTest, TellsTheKindOnceForEachClientAndItsCopies) {
  engine_
      ->answer(
          200,
          R"({"Version":"4.3.1","Platform":{"Name":"linux/amd64"},"Components":[{"Name":"Podman Engine"}]})")
      .answer(200, R"({"OperatingSystem":"debian","Rootless":true})");
  const EngineKind kind{
      .family = EngineFamily::Podman, .rootless = true, .major_version = 4, .minor_version = 3};
  EXPECT_EQ(system().kind(), kind);
  const Client copy = client_;
  EXPECT_EQ(copy.system().kind(), kind);
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{"GET /version", "GET /v1.41/info"}));
}

TEST_F(SystemTest, TellsDockerAndDockerDesktopApart) {
  const auto kind_of = [](const std::string& version, const std::string& info) {
    const auto engine = std::make_shared<ScriptedExchange>();
    engine->answer(200, version).answer(200, info);
    return scripted_client(engine).system().kind();
  };
  EXPECT_EQ(kind_of(R"({"Version":"20.10.24+dfsg1"})", R"({"OperatingSystem":"Debian GNU/Linux 12"})"),
            (EngineKind{.family = EngineFamily::Docker, .major_version = 20, .minor_version = 10}));
  EXPECT_EQ(
      kind_of(R"({"Version":"29.0"})", R"({"OperatingSystem":"Docker Desktop","OSType":"linux"})").family,
      EngineFamily::DockerDesktop);
  EXPECT_EQ(kind_of(R"({"Version":"master"})", "{}").major_version, 0);
}

TEST_F(SystemTest, AsksForTheKindAgainAfterAFailure) {
  engine_->answer(500).answer(200, R"({"Version":"27.1.0"})").answer(200, "{}");
  EXPECT_THROW((void)system().kind(), EngineError);
  EXPECT_EQ(system().kind().major_version, 27);
}

}  // namespace
}  // namespace drydock
