#include <gtest/gtest.h>

#include "drydock/container/spec.h"

#include "spec_faults.h"

namespace drydock {
namespace {

using Spec = ContainerSpec;

TEST(NetworkValidationTest, FindsNothingWrongWithPlainNetworks) {
  expect_no_fault({
      [](Spec& s) {
        s.ports = {80, {80, Protocol::Udp}, {81, Protocol::Tcp, 8081}, {82, Protocol::Udp, 8081}};
      },
      [](Spec& s) {
        s.ports = {{80, Protocol::Tcp, 8080, "127.0.0.1"}, {81, Protocol::Tcp, 8080, "127.0.0.2"}};
      },
      [](Spec& s) {
        s.ports = {{80, Protocol::Tcp, 0, "::1"}};
      },
      [](Spec& s) { s.network_mode = "none"; },
      [](Spec& s) {
        s.standing_network = true;
        s.ports = {80};
        s.networks = {{.network = "a"}};
      },
      [](Spec& s) {
        s.standing_network = true;
        s.network_mode = "bridge";
      },
      [](Spec& s) { s.network_mode = "container:other"; },
      [](Spec& s) {
        s.network_mode = "bridge";
        s.ports = {80};
      },
      [](Spec& s) {
        s.networks = {{.network = "a", .aliases = {"db.local"}, .ipv4 = "10.1.2.3"}, {.network = "b"}};
      },
      [](Spec& s) {
        s.extra_hosts = {{"a.b", "host-gateway"}, {"c", "10.0.0.1"}, {"d", "fe80::1"}};
      },
      [](Spec& s) {
        s.dns = {"8.8.8.8", "::1"};
        s.dns_search = {"example.org", "."};
      },
  });
}

TEST(NetworkValidationTest, ChecksPorts) {
  expect_one_fault_each({
      {[](Spec& s) { s.ports = {0}; }, "port '0'"},
      {[](Spec& s) {
         s.ports = {80, {80, Protocol::Tcp, 8080}};
       },
       "'8080:80/tcp' is published twice"},
      {[](Spec& s) {
         s.ports = {{80, Protocol::Tcp, 8080}, {81, Protocol::Tcp, 8080}};
       },
       "host port 8080"},
      {[](Spec& s) {
         s.ports = {{80, Protocol::Tcp, 8080}, {81, Protocol::Tcp, 8080, "0.0.0.0"}};
       },
       "host port 8080"},
      {[](Spec& s) {
         s.ports = {{80, Protocol::Tcp, 0, "localhost"}};
       },
       "host_ip 'localhost'"},
      {[](Spec& s) {
         s.ports = {{80, Protocol::Tcp, 0, ""}};
       },
       "host_ip ''"},
  });
}

TEST(NetworkValidationTest, ChecksTheMode) {
  const auto with_port = [](const char* mode) {
    return [mode](Spec& s) {
      s.network_mode = mode;
      s.ports = {80};
    };
  };
  expect_one_fault_each({
      {with_port("none"), "network_mode 'none' publishes no ports"},
      {with_port("host"), "network_mode 'host' publishes no ports"},
      {with_port("container:x"), "network_mode 'container:x' publishes no ports"},
      {[](Spec& s) { s.network_mode = "container:"; }, "names no container"},
      {[](Spec& s) { s.network_mode = "a\n"; }, "network_mode 'a\\x0A'"},
      {[](Spec& s) {
         s.network_mode = "host";
         s.networks = {{.network = "a"}};
       },
       "exclude each other"},
      {[](Spec& s) {
         s.network_mode = "container:x";
         s.hostname = "h";
       },
       "takes hostname"},
      {[](Spec& s) {
         s.network_mode = "container:x";
         s.dns = {"1.1.1.1"};
       },
       "takes hostname"},
  });
}

TEST(NetworkValidationTest, AStandingNetworkNeedsANetwork) {
  const auto standing = [](const char* mode) {
    return [mode](Spec& s) {
      s.network_mode = mode;
      s.standing_network = true;
    };
  };
  expect_one_fault_each({
      {standing("none"), "standing_network has no network to keep under network_mode 'none'"},
      {standing("host"), "network_mode 'host'"},
      {standing("container:x"), "network_mode 'container:x'"},
  });
}

TEST(NetworkValidationTest, ChecksNetworksAndNames) {
  expect_one_fault_each({
      {[](Spec& s) { s.networks = {{.network = ""}}; }, "network ''"},
      {[](Spec& s) { s.networks = {{.network = "bridge"}}; }, "network 'bridge' is not user-defined"},
      {[](Spec& s) { s.networks = {{.network = "container:x"}}; }, "set network_mode"},
      {[](Spec& s) {
         s.networks = {{.network = "a"}, {.network = "a"}};
       },
       "'a' is joined twice"},
      {[](Spec& s) { s.networks = {{.network = "a", .aliases = {"x y"}}}; }, "alias 'x y'"},
      {[](Spec& s) { s.networks = {{.network = "a", .aliases = {""}}}; }, "alias ''"},
      {[](Spec& s) { s.networks = {{.network = "a", .ipv4 = "10.0.0"}}; }, "ipv4 '10.0.0'"},
      {[](Spec& s) {
         s.extra_hosts = {{"a:b", "10.0.0.1"}};
       },
       "extra_hosts name 'a:b'"},
      {[](Spec& s) {
         s.extra_hosts = {{"a", "gateway"}};
       },
       "address 'gateway'"},
      {[](Spec& s) { s.dns = {"dns.example.org"}; }, "dns 'dns.example.org'"},
      {[](Spec& s) { s.dns = {std::string("1.1.1.1\0x", 9)}; }, "dns '1.1.1.1\\x00x'"},
      {[](Spec& s) { s.dns_search = {"a b"}; }, "dns_search 'a b'"},
  });
}

TEST(NetworkValidationTest, ChecksHostAccess) {
  const auto under = [](const char* mode) {
    return [mode](Spec& s) {
      s.network_mode = mode;
      s.host_access.enabled = true;
    };
  };
  expect_one_fault_each({
      {under("none"), "leave network_mode empty"},
      {under("host"), "'127.0.0.1'"},
      {under("container:web"), "network_mode 'container:web', which takes its hosts from the other"},
      {[](Spec& s) {
         s.host_access.env = {{"URL", "{host}"}};
       },
       "sets 'URL', but host_access is off"},
      {[](Spec& s) {
         s.extra_hosts = {{"host.docker.internal", "10.0.0.1"}};
         s.host_access.enabled = true;
       },
       "extra_hosts 'host.docker.internal'"},
      {[](Spec& s) {
         s.env = {{"URL", "x"}};
         s.host_access = {.enabled = true, .env = {{"URL", "{host}"}}};
       },
       "host_access.env 'URL' is set in env, too"},
      {[](Spec& s) {
         s.host_access = {.enabled = true, .env = {{"A=B", "{host}"}}};
       },
       "host_access.env name 'A=B'"},
      {[](Spec& s) {
         s.host_access = {.enabled = true, .env = {{"A", std::string("x\0", 2)}}};
       },
       "host_access.env 'A' has a value with a NUL byte"},
  });
  expect_no_fault({
      under(""),
      under("bridge"),
      [](Spec& s) {
        s.networks = {{.network = "backend"}};
        s.host_access = {.enabled = true, .env = {{"URL", "http://{host}:80"}}};
      },
  });
}

}  // namespace
}  // namespace drydock
