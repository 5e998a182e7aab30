// Workflows 7 and 8: try again what may pass, and stop calling what keeps failing.
//
// What to look at: the client does both by itself for calls on the engine, and retry() and CircuitBreaker do
// it for operations of your own. Only what says that it may succeed later is tried again.
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/gtest.h"
#include "drydock/resilience/circuit_breaker.h"
#include "drydock/resilience/retry.h"

using namespace drydock;
using namespace std::chrono_literals;

class RetryTest : public ContainerTest {};

// An operation of one's own: here a service that a container starts in the background, a little late.
TEST_F(RetryTest, BridgesAServiceThatComesLate) {
  TestContainer& box = start({.image = "drydock-test/busybox:1",
                              .command = {"sh", "-c", "sleep 0.3; echo 42 >/tmp/answer; sleep 1000"}});

  const std::string answer = retry(
      {.max_attempts = 50, .base_delay = 20ms, .max_delay = 200ms},
      [&] {
        const ExecResult result = box.exec({"cat", "/tmp/answer"});
        if (!result.ok()) {
          throw std::runtime_error("there is no answer yet: " + result.err);
        }
        return result.out;
      },
      [](const std::exception&) { return true; }, Deadline::in(60s));

  EXPECT_EQ(answer, "42\n");
}

// Calls on the engine are tried three times by default, within 0.3 s. This client has more patience, as for
// an engine that is restarted in the middle of a suite.
TEST_F(RetryTest, IsTheClientsOwnHabit) {
  const Client patient{
      Client::from_environment().endpoint(),
      {.retry = {.max_attempts = 100, .max_delay = 1s}, .breaker = {.threshold = 10, .cooldown = 500ms}}};
  EXPECT_NO_THROW(patient.system().ping());
}

TEST(CircuitBreakerTest, RefusesAtOnceWhatKeepsFailingAndTriesAgainLater) {
  CircuitBreaker breaker{"the billing service", {.threshold = 3, .cooldown = 20ms}};
  bool is_up = false;
  const auto ask = [&] {
    return breaker.call([&]() -> std::string {
      if (!is_up) {
        throw std::runtime_error("connection refused");
      }
      return "paid";
    });
  };

  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(ask(), std::runtime_error);
  }
  EXPECT_EQ(breaker.state(), CircuitState::Open);

  // After the cooldown one call is let through, to try; its success closes the circuit.
  is_up = true;
  std::string answer;
  while (answer.empty()) {
    try {
      answer = ask();
    } catch (const CircuitOpenError& refused) {
      std::this_thread::sleep_for(refused.retry_after());
    }
  }
  EXPECT_EQ(answer, "paid");
  EXPECT_EQ(breaker.state(), CircuitState::Closed);
}
