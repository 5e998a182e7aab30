#include "container/create_body.h"

#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "docker/json.h"

namespace drydock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CreateBodyTest, SaysNoMoreThanTheSpec) {
  EXPECT_EQ(create_body({.image = "redis:7"}),
            R"({"HostConfig":{"SecurityOpt":["no-new-privileges"]},"Image":"redis:7"})");
}

TEST(CreateBodyTest, SaysEveryFieldOfTheProcess) {
  const ContainerSpec spec{.image = "i:1",
                           .command = {"-c", "a\nb"},
                           .entrypoint = {"sh"},
                           .env = {{"A", "1"}, {"B", ""}},
                           .working_dir = "/w",
                           .user = "1:2",
                           .hostname = "h",
                           .init = true,
                           .tty = true,
                           .security = {.no_new_privileges = false},
                           .restart = RestartPolicy::UnlessStopped,
                           .stop_signal = "SIGINT",
                           .stop_timeout = seconds{3},
                           .labels = {{"k", "v"}}};
  EXPECT_EQ(
      create_body(spec),
      R"({"Cmd":["-c","a\nb"],"Entrypoint":["sh"],"Env":["A=1","B="],)"
      R"("HostConfig":{"Init":true,"RestartPolicy":{"Name":"unless-stopped"}},)"
      R"("Hostname":"h","Image":"i:1","Labels":{"k":"v"},"StopSignal":"SIGINT","StopTimeout":3,"Tty":true,)"
      R"("User":"1:2","WorkingDir":"/w"})");
}

// Each row: a spec beside the image, and the path and value it puts into the body.
struct Golden {
  const char* what;
  ContainerSpec spec;
  const char* json;
};

ContainerSpec bare() {
  return {.image = "i", .security = {.no_new_privileges = false}};
}

template <typename Edit>
ContainerSpec with(Edit edit) {
  ContainerSpec spec = bare();
  edit(spec);
  return spec;
}

TEST(CreateBodyTest, SaysPortsMountsAndNetworks) {
  const Golden table[] = {
      {"ports", with([](ContainerSpec& s) {
         s.ports = {80, {53, Protocol::Udp, 5353, "0.0.0.0"}};
       }),
       R"({"ExposedPorts":{"53/udp":{},"80/tcp":{}},"HostConfig":{"PortBindings":{)"
       R"("53/udp":[{"HostIp":"0.0.0.0","HostPort":"5353"}],"80/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]}},"Image":"i"})"},
      {"bind", with([](ContainerSpec& s) { s.mounts = {Mount::bind("/etc", "/t", true)}; }),
       R"({"HostConfig":{"Mounts":[{"ReadOnly":true,"Source":"/etc","Target":"/t","Type":"bind"}]},"Image":"i"})"},
      {"volume", with([](ContainerSpec& s) {
         s.mounts = {Mount::volume("vol", "/t"), Mount::volume("", "/u")};
       }),
       R"({"HostConfig":{"Mounts":[{"Source":"vol","Target":"/t","Type":"volume"},{"Target":"/u","Type":"volume"}]},"Image":"i"})"},
      {"tmpfs", with([](ContainerSpec& s) {
         s.mounts = {Mount::tmpfs("/a"), Mount::tmpfs("/b", 4096)};
       }),
       R"({"HostConfig":{"Mounts":[{"Target":"/a","TmpfsOptions":{"Mode":1023},"Type":"tmpfs"},)"
       R"({"Target":"/b","TmpfsOptions":{"Mode":1023,"SizeBytes":4096},"Type":"tmpfs"}]},"Image":"i"})"},
      {"mode", with([](ContainerSpec& s) { s.network_mode = "none"; }),
       R"({"HostConfig":{"NetworkMode":"none"},"Image":"i"})"},
      {"the first network only", with([](ContainerSpec& s) {
         s.networks = {{.network = "n1", .aliases = {"db", "sql"}, .ipv4 = "10.0.0.2"}, {.network = "n2"}};
       }),
       R"({"HostConfig":{"NetworkMode":"n1"},"Image":"i","NetworkingConfig":{"EndpointsConfig":{"n1":)"
       R"({"Aliases":["db","sql"],"IPAMConfig":{"IPv4Address":"10.0.0.2"}}}}})"},
      {"names", with([](ContainerSpec& s) {
         s.extra_hosts = {{"up", "host-gateway"}, {"v6", "::1"}};
         s.dns = {"1.1.1.1"};
         s.dns_search = {"x.org"};
       }),
       R"({"HostConfig":{"Dns":["1.1.1.1"],"DnsSearch":["x.org"],"ExtraHosts":["up:host-gateway","v6:::1"]},"Image":"i"})"},
  };
  for (const Golden& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(create_body(row.spec), row.json);
  }
}

TEST(CreateBodyTest, SaysLimitsSecurityAndHealth) {
  const Golden table[] = {
      {"resources", with([](ContainerSpec& s) {
         s.resources = {.memory_bytes = 8 << 20,
                        .cpus = 0.1,
                        .pids = 9,
                        .shm_bytes = 64,
                        .cpuset = "0-1",
                        .ulimits = {{"nofile", 10, 20}, {"core", 0, -1}}};
       }),
       R"({"HostConfig":{"CpusetCpus":"0-1","Memory":8388608,"NanoCpus":100000000,"PidsLimit":9,"ShmSize":64,)"
       R"("Ulimits":[{"Hard":20,"Name":"nofile","Soft":10},{"Hard":-1,"Name":"core","Soft":0}]},"Image":"i"})"},
      {"security", with([](ContainerSpec& s) {
         s.security = {.privileged = true,
                       .read_only_root = true,
                       .cap_add = {"NET_ADMIN"},
                       .cap_drop = {"ALL"},
                       .options = {"seccomp=unconfined"}};
       }),
       R"({"HostConfig":{"CapAdd":["NET_ADMIN"],"CapDrop":["ALL"],"Privileged":true,"ReadonlyRootfs":true,)"
       R"("SecurityOpt":["seccomp=unconfined","no-new-privileges"]},"Image":"i"})"},
      {"health by argv", with([](ContainerSpec& s) {
         s.healthcheck = {.argv = {"/health", "-q"},
                          .interval = milliseconds{1500},
                          .timeout = milliseconds{1},
                          .start_period = seconds{2},
                          .retries = 3};
       }),
       R"({"Healthcheck":{"Interval":1500000000,"Retries":3,"StartPeriod":2000000000,"Test":["CMD","/health","-q"],)"
       R"("Timeout":1000000},"HostConfig":{},"Image":"i"})"},
      {"health by shell", with([](ContainerSpec& s) { s.healthcheck = {.shell = "test -f /up"}; }),
       R"({"Healthcheck":{"Test":["CMD-SHELL","test -f /up"]},"HostConfig":{},"Image":"i"})"},
      {"only the times of the image's own",
       with([](ContainerSpec& s) { s.healthcheck = {.interval = seconds{1}}; }),
       R"({"Healthcheck":{"Interval":1000000000},"HostConfig":{},"Image":"i"})"},
      {"health off", with([](ContainerSpec& s) { s.healthcheck = {.disable = true}; }),
       R"({"Healthcheck":{"Test":["NONE"]},"HostConfig":{},"Image":"i"})"},
  };
  for (const Golden& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(create_body(row.spec), row.json);
  }
}

TEST(CreateBodyTest, NeverUsesBinds) {
  const std::string body = create_body({.image = "i", .mounts = {Mount::bind("/etc", "/t")}});
  EXPECT_TRUE(parse_json(body, "body")["HostConfig"]["Binds"].is_null());
}

TEST(CreateBodyTest, MergesThePatchLast) {
  const ContainerSpec spec = with([](ContainerSpec& s) {
    s.hostname = "h";
    s.user = "1";
    s.create_patch_json = R"({"Hostname":null,"User":"2","HostConfig":{"OomScoreAdj":5}})";
  });
  EXPECT_EQ(create_body(spec), R"({"HostConfig":{"OomScoreAdj":5},"Image":"i","User":"2"})");
}

TEST(CreateBodyTest, KeepsTheExtraLabelsWhateverThePatchSays) {
  const ContainerSpec spec = with([](ContainerSpec& s) {
    s.labels = {{"mine", "1"}};
    s.create_patch_json = R"({"Labels":{"drydock.session":"forged","patched":"2"}})";
  });
  const Json labels = parse_json(create_body(spec, {{"drydock.session", "s1"}}), "body")["Labels"];
  EXPECT_EQ(labels.string_map(), (Labels{{"drydock.session", "s1"}, {"mine", "1"}, {"patched", "2"}}));

  ContainerSpec without = bare();
  without.create_patch_json = R"({"Labels":null})";
  EXPECT_EQ(parse_json(create_body(without, {{"drydock.session", "s1"}}), "body")["Labels"].string_map(),
            (Labels{{"drydock.session", "s1"}}));
}

TEST(CreateBodyTest, NamesEveryFaultAtOnce) {
  try {
    static_cast<void>(create_body({.image = "i", .name = "-x", .working_dir = "rel", .ports = {0}}));
    FAIL() << "a spec with three faults was taken";
  } catch (const InvalidArgumentError& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error.operation(), "container create");
    const std::string message = error.what();
    for (const char* part : {"'-x'", "'rel'", "port '0'"}) {
      EXPECT_NE(message.find(part), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace drydock
