#include "container/use_lock.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"

#include "support/forked.h"
#include "support/scratch_directory.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class UseLockTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<UseLock> lock() const {
    return std::make_unique<UseLock>(open_lock_file(path_), "the container 'x'");
  }
  [[nodiscard]] bool is_free_for(LockKind kind) const {
    try {
      lock()->take(kind, Deadline::in(std::chrono::milliseconds{0}));
      return true;
    } catch (const TimeoutError&) {
      return false;
    }
  }

  const ScratchDirectory scratch_{};
  const std::string path_ = (scratch_.path() / "use.lock").string();
};

TEST_F(UseLockTest, ManyUseItSideBySideOrOneAlone) {
  const auto first = lock();
  first->take(LockKind::Shared, {});
  EXPECT_TRUE(is_free_for(LockKind::Shared));
  EXPECT_FALSE(is_free_for(LockKind::Exclusive));
  first->let_go();
  first->take(LockKind::Exclusive, {});
  EXPECT_FALSE(is_free_for(LockKind::Shared));
  first->share();
  EXPECT_TRUE(is_free_for(LockKind::Shared));
}

TEST_F(UseLockTest, TheDestructorLetsGo) {
  lock()->take(LockKind::Exclusive, {});
  EXPECT_TRUE(is_free_for(LockKind::Exclusive));
}

TEST_F(UseLockTest, OneWhoWaitsToBeAloneComesBeforeLaterOnes) {
  const auto user = lock();
  user->take(LockKind::Shared, {});
  const UniqueFd gate = open_lock_file(path_);  // stands in for one that waits in another process
  ASSERT_TRUE(try_lock(gate.get(), 0, LockKind::Exclusive));
  EXPECT_FALSE(is_free_for(LockKind::Shared));
  unlock(gate.get(), 0);
  EXPECT_TRUE(is_free_for(LockKind::Shared));
}

TEST_F(UseLockTest, WhoGaveUpWaitingLetsLaterOnesIn) {
  const auto user = lock();
  user->take(LockKind::Shared, {});
  EXPECT_FALSE(is_free_for(LockKind::Exclusive));
  EXPECT_TRUE(is_free_for(LockKind::Shared));
}

TEST_F(UseLockTest, IsLetGoOfThoughAForkedChildHasTheFileOpenAndNotByTheChild) {
  auto user = lock();
  user->take(LockKind::Exclusive, {});
  EXPECT_EQ(in_forked_child([&] {
              user.reset();  // the child's copy
              return std::string{is_free_for(LockKind::Shared) ? "free" : "held"};
            }),
            "held");
  EXPECT_FALSE(is_free_for(LockKind::Shared));
}

TEST_F(UseLockTest, SaysWhoIsInTheWay) {
  const auto user = lock();
  user->take(LockKind::Shared, {});
  const auto error = thrown_by<TimeoutError>(
      [&] { lock()->take(LockKind::Exclusive, Deadline::in(std::chrono::milliseconds{0})); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), ::testing::HasSubstr("the container 'x'"));
}

TEST_F(UseLockTest, AFileWithoutLocksIsAnErrorOfItsOwn) {
  UseLock broken{UniqueFd{}, "the container 'x'"};
  EXPECT_EQ(code_thrown_by([&] { broken.take(LockKind::Shared, {}); }), ErrorCode::Unsupported);
}

}  // namespace
}  // namespace drydock
