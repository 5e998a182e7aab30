// The scope of one test: a fixture that starts containers, networks and volumes and removes them at the
// test's end.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/container/test_network.h"
#include "drydock/container/test_volume.h"

namespace drydock {

/// Fixture whose containers live as long as one test.
///
///     class CacheTest : public drydock::ContainerTest {};
///
///     TEST_F(CacheTest, Answers) {
///       auto& redis = start({.image = "redis:7", .ports = {6379}});
///       EXPECT_THAT(redis.exec({"redis-cli", "ping"}), drydock::Succeeded());
///     }
///
/// Without an engine the test fails, or is skipped where DRYDOCK_ENGINE=optional, before SetUp() is called.
/// TearDown() removes everything that was started: containers first, newest first, then networks, then
/// volumes. A derived class whose TearDown() does not call this one leaves that to the destructor. One thread
/// at a time.
class ContainerTest : public ::testing::Test {
 public:
  ~ContainerTest() override;

 protected:
  ContainerTest();
  /// Uses this client, and looks for no engine.
  explicit ContainerTest(Client client);

  void TearDown() override;

  /// Starts a container; see TestContainer's constructor for what it throws and how long it may take. The
  /// reference stays good until TearDown().
  TestContainer& start(ContainerSpec spec, SourceLocation where = SourceLocation::current());
  /// Returns a shell that stays in the container until TearDown(): one for each container; see
  /// TestContainer::shell(). `container` must live until then, too.
  Shell& shell(const TestContainer& container);
  /// Makes a network that containers of this test can join by its name().
  TestNetwork& network(NetworkConfig config = {});
  /// Makes a volume that containers of this test can mount by its name().
  TestVolume& volume(VolumeConfig config = {});

  /// Returns the client of the engine that the fixture uses. Throws EngineUnavailableError.
  [[nodiscard]] Client client() const;

 private:
  struct Scope;
  std::unique_ptr<Scope> scope_;
};

}  // namespace drydock
