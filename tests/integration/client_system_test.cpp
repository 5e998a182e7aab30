// The engine itself.
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "docker/api_version.h"
#include "support/engine_test.h"

namespace drydock {
namespace {

class ClientSystemTest : public EngineTest {};

TEST_F(ClientSystemTest, AnswersPing) {
  const std::optional<int> newest = parse_minor_version(client().system().ping());
  ASSERT_TRUE(newest);
  EXPECT_GE(*newest, kOldestMinorVersion);
  const std::optional<int> spoken = parse_minor_version(client().api_version());
  ASSERT_TRUE(spoken);
  EXPECT_EQ(*spoken, std::min(*newest, kNewestMinorVersion));
}

TEST_F(ClientSystemTest, SaysWhatItIs) {
  const EngineVersion version = client().system().version();
  EXPECT_FALSE(version.version.empty());
  EXPECT_EQ(version.api_version, client().system().ping());
  EXPECT_EQ(version.os, "linux");
  EXPECT_FALSE(version.platform.empty());
  const EngineInfo info = client().system().info();
  EXPECT_GT(info.cpus, 0);
  EXPECT_GT(info.memory_bytes, 0);
  EXPECT_FALSE(info.storage_driver.empty());
  EXPECT_EQ(info.os_type, "linux");
}

TEST_F(ClientSystemTest, IsTheSameClientEachTime) {
  EXPECT_EQ(Client::from_environment().endpoint(), client().endpoint());
}

TEST_F(ClientSystemTest, AnswersAForkedChild) {
  client().system().ping();  // so that there is a connection to inherit
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int code = 1;
    try {
      code = client().system().info().cpus > 0 ? 0 : 2;
    } catch (const std::exception&) {
      code = 3;
    }
    ::_exit(code);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_GT(client().system().info().cpus, 0);  // the parent's connection still serves
}

}  // namespace
}  // namespace drydock
