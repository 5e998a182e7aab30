#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/spec.h"

namespace drydock {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DockerRunLineTest, SaysAPlainSpec) {
  EXPECT_EQ(docker_run_line({.image = "redis:7", .ports = {6379}}),
            "docker run --rm --publish 127.0.0.1::6379/tcp --security-opt no-new-privileges redis:7");
}

TEST(DockerRunLineTest, SaysEveryField) {
  const ContainerSpec spec{
      .image = "img:1",
      .name = "box",
      .platform = "linux/arm64",
      .pull = PullPolicy::Never,
      .command = {"-c", "echo 'hi'"},
      .entrypoint = {"sh", "-e"},
      .env = {{"A", "1 2"}},
      .working_dir = "/w",
      .user = "1:2",
      .hostname = "h",
      .ports = {{53, Protocol::Udp, 5353, "::1"}},
      .mounts = {Mount::bind("/a,b", "/t", true), Mount::volume("v", "/v"), Mount::tmpfs("/s", 4096)},
      .networks = {{.network = "net", .aliases = {"db"}, .ipv4 = "10.0.0.2"}},
      .extra_hosts = {{"up", "host-gateway"}},
      .dns = {"1.1.1.1"},
      .dns_search = {"x.org"},
      .init = true,
      .tty = true,
      .resources = {.memory_bytes = 8 << 20,
                    .cpus = 1.5,
                    .pids = 9,
                    .shm_bytes = 64,
                    .cpuset = "0,1",
                    .ulimits = {{"nofile", 10, 20}}},
      .security = {.privileged = true,
                   .read_only_root = true,
                   .no_new_privileges = false,
                   .cap_add = {"NET_ADMIN"},
                   .cap_drop = {"ALL"},
                   .options = {"seccomp=unconfined"}},
      .healthcheck = {.shell = "true", .interval = std::chrono::seconds{1}, .retries = 2},
      .restart = RestartPolicy::OnFailure,
      .stop_signal = "SIGINT",
      .stop_timeout = std::chrono::seconds{3},
      .labels = {{"k", "v"}}};
  EXPECT_EQ(docker_run_line(spec),
            "docker run --restart on-failure --name box --platform linux/arm64 --pull never --hostname h "
            "--user 1:2 "
            "--workdir /w --env 'A=1 2' --init --tty --stop-signal SIGINT --stop-timeout 3 "
            "--mount 'type=bind,\"source=/a,b\",target=/t,readonly' --mount type=volume,source=v,target=/v "
            "--mount type=tmpfs,target=/s,tmpfs-size=4096,tmpfs-mode=1777 --publish '[::1]:5353:53/udp' "
            "--network net --network-alias db --ip 10.0.0.2 --add-host up:host-gateway --dns 1.1.1.1 "
            "--dns-search x.org --memory 8388608 --cpus 1.5 --pids-limit 9 --shm-size 64 --cpuset-cpus 0,1 "
            "--ulimit nofile=10:20 --privileged --read-only --cap-add NET_ADMIN --cap-drop ALL "
            "--security-opt seccomp=unconfined --health-cmd true --health-interval 1000ms --health-retries 2 "
            "--label k=v --entrypoint sh img:1 -e -c 'echo '\\''hi'\\'''");
}

TEST(DockerRunLineTest, LeavesSecretsToTheShell) {
  for (const char* name :
       {"DB_PASSWORD", "RABBITMQ_DEFAULT_PASS", "api_token", "AWS_SECRET_ACCESS_KEY", "Credentials"}) {
    const std::string line = docker_run_line({.image = "i", .env = {{name, "hunter2"}}});
    EXPECT_THAT(line, HasSubstr(std::string{"--env "} + name + ' '));
    EXPECT_THAT(line, Not(HasSubstr("hunter2")));
  }
}

TEST(DockerRunLineTest, NamesWhatALineCannotSay) {
  const std::string line = docker_run_line({.image = "i",
                                            .files = {{.path = "/etc/my.conf", .content = "secret"}},
                                            .networks = {{.network = "a"}, {.network = "b"}},
                                            .create_patch_json = "{}"});
  EXPECT_EQ(line.substr(line.find('\n')),
            "\n(the line leaves out the file '/etc/my.conf', the further network 'b', create_patch_json)");
}

TEST(DockerRunLineTest, SwitchesTheHealthcheckOff) {
  EXPECT_THAT(docker_run_line({.image = "i", .healthcheck = {.disable = true}}),
              HasSubstr("--no-healthcheck"));
}

}  // namespace
}  // namespace drydock
