#include "drydock/transport/endpoint.h"

#include <gtest/gtest.h>

#include "drydock/base/error.h"

namespace drydock {
namespace {

struct Parsed {
  const char* text;
  Endpoint endpoint;
  const char* written;
};

class EndpointTest : public testing::TestWithParam<Parsed> {};

TEST_P(EndpointTest, ParsesAndWritesBack) {
  const Endpoint endpoint = Endpoint::parse(GetParam().text);
  EXPECT_EQ(endpoint, GetParam().endpoint);
  EXPECT_EQ(endpoint.to_string(), GetParam().written);
  EXPECT_EQ(Endpoint::parse(endpoint.to_string()), endpoint);
}

using enum Endpoint::Kind;

INSTANTIATE_TEST_SUITE_P(
    All, EndpointTest,
    testing::Values(
        Parsed{"unix:///var/run/docker.sock",
               {.kind = Unix, .path = "/var/run/docker.sock"},
               "unix:///var/run/docker.sock"},
        Parsed{"unix:///with space", {.kind = Unix, .path = "/with space"}, "unix:///with space"},
        Parsed{
            "tcp://127.0.0.1:2376", {.kind = Tcp, .host = "127.0.0.1", .port = 2376}, "tcp://127.0.0.1:2376"},
        Parsed{"tcp://build_host-1.lan",
               {.kind = Tcp, .host = "build_host-1.lan", .port = 2375},
               "tcp://build_host-1.lan:2375"},
        Parsed{"tcp://localhost:1/", {.kind = Tcp, .host = "localhost", .port = 1}, "tcp://localhost:1"},
        Parsed{"tcp://[::1]:65535", {.kind = Tcp, .host = "::1", .port = 65535}, "tcp://[::1]:65535"},
        Parsed{"tcp://[fe80::1]", {.kind = Tcp, .host = "fe80::1", .port = 2375}, "tcp://[fe80::1]:2375"},
        Parsed{"http://engine:80", {.kind = Tcp, .host = "engine", .port = 80}, "tcp://engine:80"}));

class BadEndpointTest : public testing::TestWithParam<const char*> {};

TEST_P(BadEndpointTest, IsRefusedNamingTheText) {
  try {
    Endpoint::parse(GetParam());
    ADD_FAILURE() << "accepted";
  } catch (const InvalidArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("'" + std::string(GetParam()) + "'"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadEndpointTest,
                         testing::Values("", "docker.sock", "/var/run/docker.sock", "unix://",
                                         "unix://relative", "UNIX:///a", "npipe:////./pipe/docker_engine",
                                         "ssh://user@host", "https://host:2376", "tcp://", "tcp://:2375",
                                         "tcp://host:", "tcp://host:0", "tcp://host:65536", "tcp://host:-1",
                                         "tcp://host:+1", "tcp://host:12a", "tcp://host:1:2",
                                         "tcp://host/path", "tcp://user@host", "tcp://ho st", "tcp://[::1",
                                         "tcp://[::1]2375", "tcp://[localhost]:1", "tcp://[]:1",
                                         "tcp://::1"));

TEST(EndpointLimitTest, ASocketsPathFitsItsAddress) {
  const std::string longest = "/" + std::string(106, 'x');
  EXPECT_EQ(Endpoint::parse("unix://" + longest).path, longest);
  EXPECT_THROW(Endpoint::parse("unix://" + longest + "x"), InvalidArgumentError);
}

TEST(EndpointLimitTest, ControlCharactersAreRefused) {
  EXPECT_THROW(Endpoint::parse(std::string_view("unix:///a\0b", 11)), InvalidArgumentError);
  EXPECT_THROW(Endpoint::parse("unix:///a\nb"), InvalidArgumentError);
  EXPECT_THROW(Endpoint::parse("tcp://a\r\nb"), InvalidArgumentError);
}

}  // namespace
}  // namespace drydock
