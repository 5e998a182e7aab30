#include "container/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"

#include "container/owned_object.h"
#include "support/fake_engine.h"
#include "support/forked.h"

namespace drydock {
namespace {

// Each test has a process of its own: the registry is the process's.
class RegistryTest : public ::testing::Test {
 protected:
  template <typename Code>
  std::string drained_in_a_child(const Code& code) {
    return in_forked_child([&] {
      log::set_level(log::Level::Off);
      code();
      return std::string{Registry::of_this_process().drain() ? "clean" : "not clean"};
    });
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  Client client_ = client_of(engine_);
  const ContainerSpec spec_{.image = "web:1"};
};

TEST_F(RegistryTest, AProcessThatRemovedAllThatItMadeIsClean) {
  EXPECT_EQ(drained_in_a_child([] {}), "clean");
  EXPECT_EQ(drained_in_a_child([&] { const TestContainer container{spec_, client_}; }), "clean");
}

TEST_F(RegistryTest, WhatTheDrainRemovesIsNotLeft) {
  EXPECT_EQ(drained_in_a_child([&] { new TestContainer{spec_, client_}; }), "clean");
}

TEST_F(RegistryTest, WhatCannotBeRemovedIsLeftToTheWatchdog) {
  EXPECT_EQ(drained_in_a_child([&] {
              new TestContainer{spec_, client_};
              engine_->refuse("DELETE", 500, "device busy");
            }),
            "not clean");
}

TEST_F(RegistryTest, ADrainDuringACreateLeavesTheRestToTheWatchdog) {
  EXPECT_EQ(drained_in_a_child([&] { new Registry::Creating{client_}; }), "not clean");
  EXPECT_EQ(drained_in_a_child([&] { const Registry::Creating over{client_}; }), "clean");
}

TEST_F(RegistryTest, WhatNoGuardOwnsIsLeftToTheWatchdog) {
  EXPECT_EQ(drained_in_a_child([&] { (void)create_container(client_, spec_); }), "not clean");
  EXPECT_EQ(drained_in_a_child([&] { (void)TestContainer{spec_, client_}.release(); }), "not clean");
}

TEST_F(RegistryTest, WhatIsKeptIsNotLeft) {
  ContainerSpec kept = spec_;
  kept.keep = true;
  EXPECT_EQ(drained_in_a_child([&] { const TestContainer container{kept, client_}; }), "clean");
  EXPECT_EQ(drained_in_a_child([&] { (void)TestContainer{kept, client_}.release(); }), "clean");
}

TEST_F(RegistryTest, ALostCreateMayStillComeToBe) {
  EXPECT_EQ(drained_in_a_child([&] {
              Registry::of_this_process().suspect({client_, ObjectKind::Network, "nonce"});
            }),
            "not clean");
}

}  // namespace
}  // namespace drydock
