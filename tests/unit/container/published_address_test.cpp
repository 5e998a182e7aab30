#include "container/published_address.h"

#include <gtest/gtest.h>

#include "support/thrown.h"

namespace drydock {
namespace {

WaitTarget target_at(const Endpoint& endpoint, std::string host, std::vector<PublishedPort> ports) {
  return {.client = Client{endpoint}, .label = "web", .ports = std::move(ports), .host = std::move(host)};
}

const Endpoint kHere = Endpoint::parse("unix:///run/nosuch.sock");
const Endpoint kElsewhere = Endpoint::parse("tcp://192.0.2.7:2375");

TEST(PublishedAddressTest, OfAnEngineHereIsTheAddressThatThePortIsBoundTo) {
  const PublishedPort port{.container_port = 80, .host_ip = "127.0.0.9", .host_port = 4711};
  EXPECT_EQ(host_of(target_at(kHere, "127.0.0.1", {port}), port), "127.0.0.9");
}

TEST(PublishedAddressTest, OfAPortThatIsBoundToAllIsTheEnginesHost) {
  const PublishedPort port{.container_port = 80, .host_ip = "0.0.0.0", .host_port = 4711};
  EXPECT_EQ(host_of(target_at(kHere, "127.0.0.1", {port}), port), "127.0.0.1");
}

TEST(PublishedAddressTest, OfAnEngineElsewhereIsItsHost) {
  const PublishedPort port{.container_port = 80, .host_ip = "127.0.0.1", .host_port = 4711};
  EXPECT_EQ(host_of(target_at(kElsewhere, "192.0.2.7", {port}), port), "192.0.2.7");
}

TEST(PublishedAddressTest, IsTheHostThatWasChosenEvenForAnEngineHere) {
  const PublishedPort port{.container_port = 80, .host_ip = "127.0.0.1", .host_port = 4711};
  EXPECT_EQ(host_of(target_at(kHere, "docker.host", {port}), port), "docker.host");
}

TEST(PublishedAddressTest, OneEntryStandsForAPortOfIPv4AndIPv6) {
  const PublishedPort four{.container_port = 80, .host_ip = "0.0.0.0", .host_port = 4711};
  const PublishedPort six{.container_port = 80, .host_ip = "::", .host_port = 4712};
  const WaitTarget target = target_at(kHere, "127.0.0.1", {four, six});
  ASSERT_EQ(published_tcp(target, 0).size(), 1U);
  EXPECT_EQ(published_tcp(target, 80).front().host_port, 4711);
  EXPECT_EQ(code_thrown_by([&] { (void)published_tcp(target, 81); }), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace drydock
