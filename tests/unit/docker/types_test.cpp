#include "drydock/docker/types.h"

#include <gtest/gtest.h>

#include "drydock/docker/container_types.h"

namespace drydock {
namespace {

TEST(ShortIdTest, GivesTwelveCharactersOfTheHash) {
  EXPECT_EQ(short_id("0a262742869e295e64e6a2abf2348c0d"), "0a262742869e");
  EXPECT_EQ(short_id("sha256:677ce410d3444886e3f3"), "677ce410d344");
  EXPECT_EQ(short_id("web"), "web");
}

TEST(ToStringTest, NamesProtocolsStatesAndHealthAsTheEngineDoes) {
  EXPECT_STREQ(to_string(Protocol::Tcp), "tcp");
  EXPECT_STREQ(to_string(Protocol::Udp), "udp");
  EXPECT_STREQ(to_string(Protocol::Sctp), "sctp");
  EXPECT_STREQ(to_string(ContainerStatus::Restarting), "restarting");
  EXPECT_STREQ(to_string(ContainerStatus::Unknown), "unknown");
  EXPECT_STREQ(to_string(Health::None), "none");
  EXPECT_STREQ(to_string(Health::Unhealthy), "unhealthy");
}

}  // namespace
}  // namespace drydock
