#include "container/made_ahead.h"

#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "drydock/container/test_context.h"

#include "container/session.h"

namespace drydock {
namespace {

class MadeAheadTest : public ::testing::Test {
 protected:
  MadeAheadTest() { set_test_context(TestContext{.test = "Cache.Answers"}); }
  ~MadeAheadTest() override { set_test_context(std::nullopt); }
};

TEST_F(MadeAheadTest, ItsOwnNameIsTheLabelAsLongAsItLives) {
  {
    const MadeAhead ahead{"Cache"};
    EXPECT_EQ(new_object().labels.at("drydock.test"), "Cache");
  }
  EXPECT_EQ(new_object().labels.at("drydock.test"), "Cache.Answers");
}

TEST_F(MadeAheadTest, WithoutANameThereIsNoLabel) {
  const MadeAhead ahead;
  EXPECT_FALSE(new_object().labels.contains("drydock.test"));
}

TEST_F(MadeAheadTest, TheInnermostCounts) {
  const MadeAhead suite{"Cache"};
  {
    const MadeAhead nobody;
    EXPECT_EQ(MadeAhead::test(), "");
  }
  EXPECT_EQ(MadeAhead::test(), "Cache");
}

TEST_F(MadeAheadTest, OtherThreadsWorkForTheTest) {
  const MadeAhead ahead{"Cache"};
  std::thread{[] { EXPECT_EQ(MadeAhead::test(), "Cache.Answers"); }}.join();
}

}  // namespace
}  // namespace drydock
