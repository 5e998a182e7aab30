#include "container/pull_once.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/fake_engine.h"
#include "support/thrown.h"

namespace drydock {
namespace {

// A gate that the first pull stands at until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_one() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_{0};
  bool open_{false};
};

class PullOnceTest : public ::testing::Test {
 protected:
  PullOnceTest() {
    engine_->on_request = [this](const std::string& line) {
      if (line == "POST /images/create") {
        gate_.pass();
      }
    };
  }

  [[nodiscard]] Client client() const { return client_of(engine_); }
  [[nodiscard]] std::uint64_t seen() const { return pulls_of(client(), image_, ""); }
  void pull(std::uint64_t before) const { pull_once(client(), image_, "", before); }
  [[nodiscard]] std::ptrdiff_t pulls() const {
    const std::vector<std::string> lines = engine_->lines();
    return std::count(lines.begin(), lines.end(), "POST /images/create");
  }

  // Has eight threads ask for the image, the first of them held at the gate until the others have begun.
  std::vector<ErrorCode> pull_by_eight() {
    const std::uint64_t before = seen();
    std::mutex mutex;
    std::vector<ErrorCode> failures;
    std::atomic<int> begun{0};
    std::vector<std::thread> threads;
    const auto ask = [&] {
      ++begun;
      try {
        pull(before);
      } catch (const Error& error) {
        const std::lock_guard lock{mutex};
        failures.push_back(error.code());
      }
    };
    threads.emplace_back(ask);
    gate_.await_one();
    for (int i = 1; i < 8; ++i) {
      threads.emplace_back(ask);
    }
    while (begun < 8) {
      std::this_thread::yield();
    }
    gate_.open();
    for (std::thread& thread : threads) {
      thread.join();
    }
    return failures;
  }

  std::shared_ptr<FakeEngine> engine_ = std::make_shared<FakeEngine>();
  const std::string image_ = "pull-once-" + random_hex(4);  // the count of pulls is the whole process's
  Gate gate_;
};

TEST_F(PullOnceTest, EightThreadsMakeOnePull) {
  EXPECT_THAT(pull_by_eight(), ::testing::IsEmpty());
  EXPECT_EQ(pulls(), 1);
}

TEST_F(PullOnceTest, AFailureIsSharedButNotRemembered) {
  engine_->can_pull = false;
  const std::vector<ErrorCode> failures = pull_by_eight();
  // A thread that came only after the failure pulled for itself, and failed too.
  EXPECT_EQ(failures.size(), 8U);
  const std::ptrdiff_t before = pulls();
  engine_->can_pull = true;
  EXPECT_NO_THROW(pull(seen()));
  EXPECT_EQ(pulls(), before + 1);
}

TEST_F(PullOnceTest, WhoLookedBeforeTheLastPullNeedsNone) {
  gate_.open();
  const std::uint64_t before = seen();
  pull(before);
  pull(before);
  EXPECT_EQ(pulls(), 1);
  pull(seen());
  EXPECT_EQ(pulls(), 2) << "who asks anew gets a new one";
}

TEST_F(PullOnceTest, OtherPlatformsAreOtherImages) {
  gate_.open();
  const std::uint64_t before = seen();
  pull(before);
  pull_once(client(), image_, "linux/arm64", before);
  EXPECT_EQ(pulls(), 2);
}

}  // namespace
}  // namespace drydock
