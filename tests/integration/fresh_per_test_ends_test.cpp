// How a suite with a fresh container for each test ends: what fails, what is kept for a look, and what is
// left.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "container/engine_objects.h"
#include "container/labels.h"
#include "support/child_run.h"
#include "support/fresh_bodies.h"
#include "support/real_engine.h"

namespace drydock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class FreshEndsTest : public ::testing::Test {
 protected:
  ~FreshEndsTest() override {
    for (const EngineObject& object : find_objects(client_, ObjectKind::Container, filter_)) {
      remove_object(client_, ObjectKind::Container, object.id);
    }
  }

  [[nodiscard]] ChildRun run(const std::string& filter, const std::string& policy) const {
    return run_test_program("gtest_fresh", {"--gtest_filter=" + filter},
                            {{"DRYDOCK_SESSION", session_}, {"DRYDOCK_KEEP", policy}});
  }

  const Client client_ = Client::from_environment();
  const std::string session_ = "fresh-" + random_hex(8);
  const std::string filter_ = "drydock.session=" + session_;
};

TEST_F(FreshEndsTest, AFailedTestIsAloneInItsFailure) {
  const ChildRun child = run("Fresh.*", "never");
  const std::vector<Body> seen = bodies(child.output);
  ASSERT_THAT(seen, SizeIs(4)) << child.output;
  for (const Body& body : seen) {
    EXPECT_EQ(body.address, seen[0].address);
  }
  EXPECT_THAT(child.output, HasSubstr("3 tests.\n"));
  EXPECT_EQ(count_of(child.output, "Drydock: the container"), 1U) << child.output;
  EXPECT_TRUE(all_gone(filter_));
}

// Its network is left alone, too: the next test's container would disturb it there.
TEST_F(FreshEndsTest, AFailedTestsContainerIsKeptAndItsNetworkLeftAlone) {
  const ChildRun child = run("Fresh.*", "failure");
  const std::vector<Body> seen = bodies(child.output);
  ASSERT_THAT(seen, SizeIs(4)) << child.output;
  EXPECT_EQ(seen[1].address, seen[0].address);
  EXPECT_NE(seen[2].address, seen[1].address);
  EXPECT_EQ(seen[3].address, seen[2].address);
  const auto kept = client_.containers().find(seen[1].id);
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->name, StartsWith("drydock-kept-"));
  EXPECT_TRUE(kept->state.running);
  EXPECT_THAT(find_objects(client_, ObjectKind::Container, filter_), SizeIs(2)) << "it and its anchor";
}

TEST_F(FreshEndsTest, AContainerThatNeverStartsFailsEachTestWithItsWordsAndIsTriedOnce) {
  const ChildRun child = run("NeverUp.*", "never");
  EXPECT_NE(child.exit_code, 0);
  EXPECT_EQ(count_of(child.output, "ASKED"), 1U) << child.output;
  EXPECT_THAT(child.output, HasSubstr("last words"));
  EXPECT_THAT(child.output, HasSubstr("2 FAILED TESTS"));
  EXPECT_THAT(child.output, Not(HasSubstr("BODY")));
  EXPECT_TRUE(all_gone(filter_));
}

}  // namespace
}  // namespace drydock
