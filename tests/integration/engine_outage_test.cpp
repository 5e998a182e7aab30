// An engine that goes away in the middle of a suite and comes back: what the client bridges, what it does
// not, and what it then says. On an engine of the test's own; needs root.
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"
#include "drydock/resilience/circuit_breaker.h"

#include "observability/metric_names.h"
#include "support/engine_test.h"
#include "support/second_engine.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

class EngineOutageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    engine_ = std::make_unique<SecondEngine>();
    engine_->take_image(kBusybox);
  }
  static void TearDownTestSuite() { engine_.reset(); }

  EngineOutageTest() {
    log::set_sink([](log::Level, std::string_view) {});  // the circuit's changes are meant
  }
  ~EngineOutageTest() override { log::set_sink({}); }

  void TearDown() override {
    EXPECT_THAT(Client{engine_->endpoint()}.containers().list({.all = true}), IsEmpty());
  }

  static ContainerSpec spec() {
    return {.image = kBusybox,
            .command = {"sleep", "600"},
            .network_mode = "none",
            .start_timeout = std::chrono::minutes{2}};
  }
  /// A client that bridges a restart: it tries for as long as its deadline lets it.
  static Client patient() {
    return Client{engine_->endpoint(),
                  {.request_timeout = std::chrono::minutes{2},
                   .retry = {.max_attempts = 100000, .base_delay = 100ms, .multiplier = 1}}};
  }
  static std::int64_t opened() {
    return metrics::snapshot().total(metric::kCircuitOpened, {{"engine", engine_->endpoint().to_string()}});
  }

  static std::unique_ptr<SecondEngine> engine_;
};

std::unique_ptr<SecondEngine> EngineOutageTest::engine_{};

TEST_F(EngineOutageTest, APatientClientGoesOnAfterARestart) {
  const Client client = patient();
  const TestContainer before{spec(), client};
  engine_->kill();
  engine_->begin_start();
  // The calls come while nobody listens: nothing is sent, so any of them may be tried again.
  const TestContainer after{spec(), client};
  EXPECT_EQ(after.exec({"echo", "back"}).out, "back\n");
  EXPECT_TRUE(client.containers().find(before.id()));
  EXPECT_GT(metrics::snapshot().total(metric::kRetries), 0);
}

TEST_F(EngineOutageTest, ADefaultClientFailsFastAndSaysWhyThenIsRefusedThenGoesOn) {
  const Client client{engine_->endpoint()};
  EXPECT_NO_THROW(client.system().ping());
  const std::int64_t opened_before = opened();
  engine_->stop();

  try {
    static_cast<void>(client.containers().list());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const ConnectionError& error) {
    EXPECT_FALSE(error.request_sent());
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr(engine_->endpoint().path));
    EXPECT_THAT(error.what(), HasSubstr("tried 3 times"));
  }
  EXPECT_THROW(static_cast<void>(client.containers().list()),
               CircuitOpenError);  // its second attempt opened the circuit
  EXPECT_EQ(opened() - opened_before, 1);

  engine_->begin_start();
  engine_->await_start();
  const Deadline deadline = Deadline::in(60s);
  bool answers = false;
  while (!answers && !deadline.expired()) {
    try {
      client.system().ping();
      answers = true;
    } catch (const CircuitOpenError& error) {
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(error.retry_after() + 1ms, 1s));
    }
  }
  EXPECT_TRUE(answers);
}

TEST_F(EngineOutageTest, ACommandThatWasCutOffFailsAndIsNotRunAgain) {
  const Client client = patient();
  const TestContainer container{spec(), client};
  std::atomic<bool> runs{false};
  std::optional<std::string> failure;
  std::thread command{[&] {
    try {
      ExecOptions options{.timeout = std::chrono::minutes{2}};
      options.on_stdout = [&](std::string_view) {
        runs = true;
        return true;
      };
      const ExecResult result = container.sh("echo started; sleep 600", options);
      failure = "it returned with exit code " + std::to_string(result.exit_code);
    } catch (const Error& error) {
      failure = std::string{"threw "} + to_string(error.code()) + ": " + error.what();
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }};
  const Deadline deadline = Deadline::in(60s);
  while (!runs && !deadline.expired()) {
    std::this_thread::sleep_for(5ms);
  }
  engine_->kill();
  engine_->begin_start();
  engine_->await_start();
  command.join();
  ASSERT_TRUE(failure);
  EXPECT_THAT(*failure, testing::StartsWith("threw "));
  EXPECT_EQ(client.containers().inspect(container.id()).state.status, ContainerStatus::Exited);
}

}  // namespace
}  // namespace drydock
