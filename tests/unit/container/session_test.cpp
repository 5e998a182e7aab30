#include "container/session.h"

#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_context.h"

#include "support/environment_variable.h"
#include "support/forked.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override { ::unsetenv("DRYDOCK_SESSION"); }
  void TearDown() override {
    ::unsetenv("DRYDOCK_SESSION");
    set_test_context(std::nullopt);
  }
};

TEST_F(SessionTest, StaysTheSameWithinAProcess) {
  EXPECT_EQ(current_session().id, current_session().id);
  EXPECT_EQ(current_session().id.size(), 16U);
  EXPECT_EQ(current_session().owner, Owner::of_this_process());
}

TEST_F(SessionTest, IsJoinedThroughTheEnvironment) {
  ::setenv("DRYDOCK_SESSION", "ctest-42.a_b", 1);
  EXPECT_EQ(current_session().id, "ctest-42.a_b");
}

TEST_F(SessionTest, RefusesANameThatNoObjectCouldHave) {
  for (const char* bad : {"a b", "a/b", "a\nb", "\xc3\xa9"}) {
    ::setenv("DRYDOCK_SESSION", bad, 1);
    EXPECT_THROW((void)current_session(), InvalidArgumentError) << bad;
  }
  ::setenv("DRYDOCK_SESSION", std::string(65, 'a').c_str(), 1);
  EXPECT_THROW((void)current_session(), InvalidArgumentError);
}

TEST_F(SessionTest, AForkedChildHasItsOwn) {
  const Session parent = current_session();
  const std::string child = in_forked_child([] {
    const Session session = current_session();
    return session.id + " " + session.owner.to_text();
  });
  const std::string id = child.substr(0, child.find(' '));
  EXPECT_EQ(id.size(), 16U);
  EXPECT_NE(id, parent.id);
  EXPECT_EQ(child.find(parent.owner.to_text()), std::string::npos) << "the child is not its parent";
}

TEST_F(SessionTest, ATimeToLiveIsSixHoursUnlessTheEnvironmentSaysOtherwise) {
  EXPECT_EQ(new_object().labels.at("drydock.ttl"), "21600");
  const EnvironmentVariable ttl{"DRYDOCK_TTL", "90"};
  EXPECT_EQ(new_object().labels.at("drydock.ttl"), "90");
}

TEST_F(SessionTest, ATimeToLiveThatIsNoNumberOfSecondsIsRefused) {
  for (const char* bad : {"0", "-1", "1h", "31536001", "99999999999999999999", " 5"}) {
    const EnvironmentVariable ttl{"DRYDOCK_TTL", bad};
    EXPECT_EQ(code_thrown_by([] { (void)new_object(); }), ErrorCode::InvalidArgument) << bad;
  }
}

TEST_F(SessionTest, WhatIsToBeKeptIsLabelledSo) {
  EXPECT_FALSE(new_object().labels.contains("drydock.keep"));
  const EnvironmentVariable keep{"DRYDOCK_KEEP", "always"};
  const NewObject made = new_object();
  EXPECT_TRUE(made.kept);
  EXPECT_EQ(made.labels.at("drydock.keep"), "always");
}

TEST_F(SessionTest, NewObjectsCarryWhatFindsThemAgain) {
  set_test_context(TestContext{.test = "Cache.Answers"});
  const NewObject made = new_object();
  const Session session = current_session();
  EXPECT_EQ(made.labels.at("drydock.session"), session.id);
  EXPECT_EQ(made.labels.at("drydock.owner"), session.owner.to_text());
  EXPECT_EQ(made.labels.at("drydock.nonce"), made.nonce);
  EXPECT_EQ(made.labels.at("drydock.test"), "Cache.Answers");
  EXPECT_GT(std::stoll(made.labels.at("drydock.created")), 1600000000);
  EXPECT_EQ(made.unique_name, "drydock-" + session.id.substr(0, 8) + "-" + made.nonce.substr(0, 8));
  EXPECT_NE(new_object().nonce, made.nonce);
}

TEST_F(SessionTest, NoTestNoLabel) {
  EXPECT_FALSE(new_object().labels.contains("drydock.test"));
}

TEST_F(SessionTest, AForkedChildGoesOnWithItsParentsTest) {
  set_test_context(TestContext{.test = "Cache.Answers"});
  EXPECT_EQ(in_forked_child([] { return new_object().labels.at("drydock.test"); }), "Cache.Answers");
}

}  // namespace
}  // namespace drydock
