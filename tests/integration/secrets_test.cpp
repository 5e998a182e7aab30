// A canary in the environment, in an authentication header and in a command must be seen nowhere: in no log
// line at any level, no metric, no trace and no error.
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/base/secret.h"
#include "drydock/container/test_container.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"
#include "drydock/observability/trace.h"

#include "base/random.h"
#include "support/environment_variable.h"
#include "support/real_engine.h"
#include "support/scratch_directory.h"
#include "transport/httplib_exchange.h"
#include "transport/observed_exchange.h"
#include "transport/resilient_exchange.h"

namespace drydock {
namespace {

using testing::HasSubstr;
using testing::Not;

class SecretsTest : public testing::Test {
 protected:
  // The process's trace is the file of its first span: so all tests share one.
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<ScratchDirectory>();
    variable_ = std::make_unique<EnvironmentVariable>("DRYDOCK_TRACE", trace_path());
  }
  static void TearDownTestSuite() {
    variable_.reset();
    scratch_.reset();
  }

  SecretsTest() {
    log::set_level(log::Level::Debug);
    log::set_sink([this](log::Level, std::string_view line) {
      const std::lock_guard lock{mutex_};
      log_ += line;
      log_ += '\n';
    });
  }
  ~SecretsTest() override {
    log::set_sink({});
    log::set_level(log::Level::Warn);
  }

  static std::string trace_path() { return (scratch_->path() / "trace.json").string(); }

  /// Runs what must fail, and keeps what the error says.
  template <typename Operation>
  void fail(const Operation& operation) {
    try {
      operation();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      errors_ += std::string{error.what()} + "\n" + error.resource() + "\n";
    }
  }

  void expect_unseen(const std::string& canary) {
    std::ostringstream trace;
    trace << std::ifstream{trace_path()}.rdbuf();
    EXPECT_TRUE(trace::enabled());
    // Each of them does say something.
    EXPECT_THAT(log_, HasSubstr("container create"));
    EXPECT_THAT(trace.str(), HasSubstr("container create"));
    EXPECT_THAT(metrics::open_metrics(), HasSubstr("container create"));
    EXPECT_THAT(log_, Not(HasSubstr(canary)));
    EXPECT_THAT(trace.str(), Not(HasSubstr(canary)));
    EXPECT_THAT(metrics::open_metrics(), Not(HasSubstr(canary)));
    EXPECT_THAT(errors_, Not(HasSubstr(canary)));
  }

  static std::unique_ptr<ScratchDirectory> scratch_;
  static std::unique_ptr<EnvironmentVariable> variable_;
  // Letters that no name of an object can hold by chance.
  const std::string canary_{"Canary" + random_hex(8)};
  std::mutex mutex_{};
  std::string log_{};
  std::string errors_{};
};

std::unique_ptr<ScratchDirectory> SecretsTest::scratch_{};
std::unique_ptr<EnvironmentVariable> SecretsTest::variable_{};

TEST_F(SecretsTest, WhatNobodyMarkedIsInNoLogMetricOrTrace) {
  ContainerSpec spec = idle_spec();
  spec.env = {{"PLAIN", canary_}};
  spec.files = {{.path = "/etc/canary", .content = canary_}};
  const TestContainer container{spec};
  const ExecResult result = container.exec({"sh", "-c", "echo $PLAIN " + canary_ + "; cat"},
                                           {.env = {{"MORE", canary_}}, .input = canary_});
  EXPECT_THAT(result.out, HasSubstr(canary_ + " " + canary_));  // it did go where it was meant to
  expect_unseen(canary_);
}

TEST_F(SecretsTest, AnAuthenticationHeaderIsInNoLogMetricTraceOrError) {
  const Endpoint endpoint = Client::from_environment().endpoint();
  const TestContainer container{idle_spec()};
  ObservedExchange exchange{std::make_shared<ResilientExchange>(
      std::make_shared<HttplibExchange>(endpoint), endpoint.to_string(), ResilientExchange::Options{})};
  const Request pull{.method = Method::Post,
                     .target = "/images/create?fromImage=127.0.0.1:1/none&tag=1",
                     .headers = {{"X-Registry-Auth", canary_}, {"Authorization", "Bearer " + canary_}},
                     .operation = "image pull",
                     .resource = "127.0.0.1:1/none:1"};
  EXPECT_GE(exchange.send(pull, Deadline::in(std::chrono::seconds{60})).status, 400);

  // And where the engine does not answer at all.
  ObservedExchange nobody{std::make_shared<ResilientExchange>(
      std::make_shared<HttplibExchange>(Endpoint{.path = "/nonexistent/docker.sock"}), "nobody",
      ResilientExchange::Options{})};
  fail([&] { nobody.send(pull, Deadline::in(std::chrono::seconds{60})); });
  expect_unseen(canary_);
}

TEST_F(SecretsTest, AMarkedSecretIsInNoErrorEither) {
  const Secret secret{canary_};
  ContainerSpec spec = idle_spec();
  spec.env = {{"DATABASE", "postgres://me:" + secret.reveal() + "@db/"}};
  const TestContainer container{spec};
  // An error that names the command, and shows its output.
  fail([&] {
    static_cast<void>(container.exec({"sh", "-c", "echo $DATABASE; sleep 600 # " + secret.reveal()},
                                     {.timeout = std::chrono::seconds{1}}));
  });
  EXPECT_THAT(errors_, HasSubstr("sleep 600"));
  EXPECT_THAT(errors_, HasSubstr("***"));
  // One in which the engine names it.
  ContainerSpec bad = spec;
  bad.command = {"/no/such/" + secret.reveal()};
  fail([&] { const TestContainer never{bad}; });
  // One with the container's own words and its command line by hand.
  ContainerSpec dying = spec;
  dying.command = {"sh", "-c", "echo password $DATABASE; exit 3"};
  dying.ready = {wait::LogLine{.contains = "never said"}};
  fail([&] { const TestContainer never{dying}; });
  EXPECT_THAT(errors_, HasSubstr("password postgres://me:***@db/"));
  // One of a request that is refused before it is sent.
  fail([&] { static_cast<void>(container.client().containers().inspect("bad\n" + secret.reveal())); });
  EXPECT_THAT(testing::PrintToString(container.exec({"echo", secret.reveal()})), Not(HasSubstr(canary_)));
  expect_unseen(canary_);
}

}  // namespace
}  // namespace drydock
