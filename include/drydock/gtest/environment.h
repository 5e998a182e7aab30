// The scope of the whole test program: containers that are started before the first test and removed after
// the last.
#pragma once

#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/gtest/kept_container.h"

namespace drydock {

/// One container as a GoogleTest environment. It is started by GoogleTest in SetUp(), in the order of
/// registration, and removed in TearDown(), in the reverse order. When it cannot be started, or when there is
/// no engine, the program fails before its first test; where DRYDOCK_ENGINE=optional a missing engine skips
/// every test. Nothing is started when no test is selected.
class ContainerEnvironment : public ::testing::Environment {
 public:
  /// Sends nothing and checks nothing: that is SetUp()'s.
  explicit ContainerEnvironment(ContainerSpec spec, SourceLocation where = SourceLocation::current());

  void SetUp() override;
  void TearDown() override;

  /// Returns the container. Throws Error when it has not been started.
  [[nodiscard]] TestContainer& get() { return kept_.get(); }
  TestContainer* operator->() { return &kept_.get(); }
  TestContainer& operator*() { return kept_.get(); }

 private:
  const ContainerSpec spec_;
  const SourceLocation where_;
  KeptContainer kept_;
};

/// Registers a container for the whole program; to be called before RUN_ALL_TESTS(), such as for a variable
/// at namespace scope. GoogleTest owns what is returned.
///
///     auto& redis = drydock::add_container({.image = "redis:7"});
///
///     TEST(Cache, Answers) { EXPECT_THAT(redis->exec({"redis-cli", "ping"}), drydock::Succeeded()); }
ContainerEnvironment& add_container(ContainerSpec spec, SourceLocation where = SourceLocation::current());

}  // namespace drydock
