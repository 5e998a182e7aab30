#include "drydock/resilience/circuit_breaker.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class CircuitBreakerTest : public testing::Test {
 protected:
  void succeed() {
    breaker_.call([] {});
  }
  void fail() {
    EXPECT_THROW(breaker_.call([] { throw std::runtime_error("broken"); }), std::runtime_error);
  }
  void open() {
    for (int i = 0; i < 3; ++i) {
      fail();
    }
    ASSERT_EQ(breaker_.state(), CircuitState::Open);
  }
  /// Returns whether a call is refused without its operation being called.
  bool refuses() {
    bool called = false;
    try {
      breaker_.call([&] { called = true; });
    } catch (const CircuitOpenError&) {
      EXPECT_FALSE(called);
      return true;
    }
    return false;
  }

  FakeClock clock_;
  std::vector<std::string> changes_{};
  CircuitBreaker breaker_{"the engine",
                          {.threshold = 3, .cooldown = 100ms},
                          [this](CircuitState from, CircuitState to) {
                            changes_.push_back(std::string{to_string(from)} + " -> " + to_string(to));
                          },
                          clock_};
};

TEST_F(CircuitBreakerTest, PassesCallsAndTheirResultsWhileClosed) {
  EXPECT_EQ(breaker_.call([] { return 5; }), 5);
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
  EXPECT_THAT(changes_, IsEmpty());
}

TEST_F(CircuitBreakerTest, OpensAfterConsecutiveFailures) {
  fail();
  fail();
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
  EXPECT_EQ(breaker_.failures(), 2);
  fail();
  EXPECT_EQ(breaker_.state(), CircuitState::Open);
  EXPECT_THAT(changes_, ElementsAre("closed -> open"));
}

TEST_F(CircuitBreakerTest, ASuccessBetweenFailuresStartsTheCountAgain) {
  fail();
  fail();
  succeed();
  EXPECT_EQ(breaker_.failures(), 0);
  fail();
  fail();
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
}

TEST_F(CircuitBreakerTest, RefusesAtOnceWhileOpen) {
  open();
  EXPECT_TRUE(refuses());
  clock_.advance(99ms);
  EXPECT_TRUE(refuses());
}

TEST_F(CircuitBreakerTest, ARefusalSaysWhenToComeBack) {
  open();
  clock_.advance(30ms);
  const auto error = thrown_by<CircuitOpenError>([&] { succeed(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::EngineUnavailable);
  EXPECT_TRUE(error->retryable());
  EXPECT_EQ(error->retry_after(), 70ms);
}

TEST_F(CircuitBreakerTest, ClosesWhenTheProbeAfterTheCooldownSucceeds) {
  open();
  clock_.advance(100ms);
  succeed();
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
  EXPECT_EQ(breaker_.failures(), 0);
  EXPECT_THAT(changes_, ElementsAre("closed -> open", "open -> half-open", "half-open -> closed"));
}

TEST_F(CircuitBreakerTest, ReopensForAWholeCooldownWhenTheProbeFails) {
  open();
  clock_.advance(100ms);
  fail();
  EXPECT_EQ(breaker_.state(), CircuitState::Open);
  clock_.advance(99ms);
  EXPECT_TRUE(refuses());
  clock_.advance(1ms);
  EXPECT_FALSE(refuses());
  EXPECT_THAT(changes_, ElementsAre("closed -> open", "open -> half-open", "half-open -> open",
                                    "open -> half-open", "half-open -> closed"));
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAndRefusesTheOthersMeanwhile) {
  open();
  clock_.advance(100ms);
  breaker_.call([&] {
    EXPECT_EQ(breaker_.state(), CircuitState::HalfOpen);
    EXPECT_TRUE(refuses());
    EXPECT_TRUE(refuses());
  });
  EXPECT_FALSE(refuses());
}

TEST_F(CircuitBreakerTest, DoesNotWaitForAProbeForLongerThanACooldown) {
  open();
  clock_.advance(100ms);
  CircuitBreaker::Permit lost = breaker_.acquire();
  clock_.advance(100ms);
  CircuitBreaker::Permit next = breaker_.acquire();
  lost.fail();  // it was overtaken, and says nothing of now
  EXPECT_EQ(breaker_.state(), CircuitState::HalfOpen);
  next.succeed();
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
}

TEST_F(CircuitBreakerTest, AProbeThatSaysNothingLeavesTheNextCallToTry) {
  open();
  clock_.advance(100ms);
  const auto is_failure = [](const std::exception&) { return false; };
  EXPECT_THROW(breaker_.call([] { throw std::logic_error("a bug of the caller"); }, is_failure),
               std::logic_error);
  EXPECT_EQ(breaker_.state(), CircuitState::Open);
  EXPECT_FALSE(refuses());
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
}

TEST_F(CircuitBreakerTest, CountsOnlyWhatIsAFailure) {
  const auto is_failure = [](const std::exception&) { return false; };
  for (int i = 0; i < 9; ++i) {
    EXPECT_THROW(breaker_.call([] { throw std::runtime_error("x"); }, is_failure), std::runtime_error);
  }
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
  EXPECT_EQ(breaker_.failures(), 0);
}

TEST_F(CircuitBreakerTest, ACallFromBeforeTheOpeningDoesNotCloseTheCircuit) {
  CircuitBreaker::Permit early = breaker_.acquire();
  open();
  early.succeed();
  EXPECT_EQ(breaker_.state(), CircuitState::Open);
}

TEST_F(CircuitBreakerTest, AThresholdOfZeroNeverOpens) {
  CircuitBreaker never{"it", {.threshold = 0}, {}, clock_};
  for (int i = 0; i < 100; ++i) {
    never.acquire().fail();
  }
  EXPECT_EQ(never.state(), CircuitState::Closed);
}

TEST_F(CircuitBreakerTest, RefusesNegativeOptions) {
  EXPECT_THROW((CircuitBreaker{"it", {.threshold = -1}}), InvalidArgumentError);
  EXPECT_THROW((CircuitBreaker{"it", {.cooldown = -1ms}}), InvalidArgumentError);
}

TEST_F(CircuitBreakerTest, LetsExactlyOneOfManyThreadsProbe) {
  open();
  clock_.advance(100ms);
  std::atomic<int> passed{0};
  std::atomic<int> arrived{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      try {
        CircuitBreaker::Permit permit = breaker_.acquire();
        ++passed;
        ++arrived;
        while (arrived < 8) {  // no report until all have asked
          std::this_thread::yield();
        }
        permit.succeed();
      } catch (const CircuitOpenError&) {
        ++arrived;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(passed, 1);
  EXPECT_EQ(breaker_.state(), CircuitState::Closed);
}

}  // namespace
}  // namespace drydock
