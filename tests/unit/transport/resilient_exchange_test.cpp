#include "transport/resilient_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"
#include "support/fake_clock.h"
#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ConnectionError not_sent() {
  return {"connection refused", false, {.retryable = true}};
}

ConnectionError unanswered() {
  return {"closed before it answered", true, {}};
}

Request request_of(Method method, bool safe_to_repeat = false) {
  return {.method = method, .target = "/x", .operation = "thing do", .safe_to_repeat = safe_to_repeat};
}

class ResilientExchangeTest : public testing::Test {
 protected:
  ResilientExchangeTest() {
    log::set_level(log::Level::Info);
    log::set_sink([this](log::Level, std::string_view line) { lines_.emplace_back(line); });
  }
  ~ResilientExchangeTest() override {
    log::set_sink({});
    log::set_level(log::Level::Warn);
  }

  Response send(const Request& request, Deadline deadline = {}) { return exchange_.send(request, deadline); }
  /// Lets a call fail until its attempts are used up.
  void use_up(int attempts = 3) {
    for (int i = 0; i < attempts; ++i) {
      engine_->fail(not_sent());
    }
    EXPECT_THROW(send(request_of(Method::Post)), ConnectionError);
  }
  [[nodiscard]] std::size_t sent() const { return engine_->records().size(); }

  static std::int64_t metric(const char* name) { return metrics::snapshot().total(name); }

  FakeClock clock_;
  std::vector<std::string> lines_{};
  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  ResilientExchange exchange_{
      engine_,
      "unix:///scripted.sock",
      {.retry = {}, .breaker = {.threshold = 5, .cooldown = 1s}, .clock = &clock_, .random = [] {
         return 0.5;
       }}};
};

TEST_F(ResilientExchangeTest, RepeatsAnyVerbWhenNothingWasSent) {
  for (const Method method : {Method::Get, Method::Head, Method::Post, Method::Put, Method::Delete}) {
    engine_->fail(not_sent()).fail(not_sent()).answer(200, "ok");
    EXPECT_EQ(send(request_of(method)).body, "ok");
  }
  EXPECT_EQ(sent(), 15U);
}

TEST_F(ResilientExchangeTest, WaitsBetweenAttemptsWithJitteredBackoff) {
  engine_->fail(not_sent()).fail(not_sent()).answer(200);
  send(request_of(Method::Post));
  EXPECT_THAT(clock_.sleeps(), ElementsAre(50ms, 100ms));
}

TEST_F(ResilientExchangeTest, RepeatsWhatWasSentAndNotAnsweredOnlyWhereThatDoesNoHarm) {
  struct Case {
    Request request;
    bool repeats;
  };
  const std::vector<Case> cases{{request_of(Method::Get), true},        {request_of(Method::Head), true},
                                {request_of(Method::Delete), true},     {request_of(Method::Post), false},
                                {request_of(Method::Post, true), true}, {request_of(Method::Put), false}};
  for (const Case& each : cases) {
    const std::size_t before = sent();
    engine_->fail(unanswered());
    if (each.repeats) {
      engine_->answer(204);
      EXPECT_EQ(send(each.request).status, 204);
    } else {
      const auto error = thrown_by<ConnectionError>([&] { send(each.request); });
      ASSERT_TRUE(error);
      EXPECT_TRUE(error->request_sent());
      EXPECT_THAT(error->what(), HasSubstr("not repeated"));
    }
    EXPECT_EQ(sent() - before, each.repeats ? 2U : 1U) << to_string(each.request.method);
  }
}

TEST_F(ResilientExchangeTest, NeverRepeatsARefusal) {
  for (const int status : {400, 401, 404, 409, 429, 500}) {
    engine_->answer(status);
    EXPECT_EQ(send(request_of(Method::Get)).status, status);
  }
  EXPECT_EQ(sent(), 6U);
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(ResilientExchangeTest, RepeatsAGatewaysFailureWhereThatDoesNoHarm) {
  engine_->answer(502).answer(503).answer(200);
  EXPECT_EQ(send(request_of(Method::Get)).status, 200);
  engine_->answer(503);
  EXPECT_EQ(send(request_of(Method::Post)).status, 503);
  engine_->answer(504).answer(504).answer(504);
  EXPECT_EQ(send(request_of(Method::Get)).status, 504);
}

TEST_F(ResilientExchangeTest, NeverRepeatsATimeoutOrABrokenAnswer) {
  engine_->fail(TimeoutError("late"));
  EXPECT_THROW(send(request_of(Method::Get)), TimeoutError);
  engine_->fail(ProtocolError("not HTTP"));
  EXPECT_THROW(send(request_of(Method::Get)), ProtocolError);
  EXPECT_EQ(sent(), 2U);
}

TEST_F(ResilientExchangeTest, GivesUpAfterThreeAttemptsAndSaysSo) {
  engine_->fail(not_sent()).fail(not_sent()).fail(not_sent());
  const auto error = thrown_by<ConnectionError>([&] { send(request_of(Method::Post)); });
  ASSERT_TRUE(error);
  EXPECT_FALSE(error->request_sent());
  EXPECT_TRUE(error->retryable());
  EXPECT_THAT(error->what(), HasSubstr("tried 3 times in 150 ms"));
}

TEST_F(ResilientExchangeTest, OneDeadlineBoundsAllAttempts) {
  engine_->fail(not_sent()).fail(not_sent());
  // Delays of 50 and 100 ms.
  const Deadline deadline = clock_.deadline_in(120ms);
  EXPECT_THROW(send(request_of(Method::Get), deadline), ConnectionError);
  EXPECT_THAT(clock_.sleeps(), ElementsAre(50ms));
  for (const ScriptedExchange::Recorded& recorded : engine_->records()) {
    EXPECT_EQ(recorded.deadline.point(), deadline.point());
  }
}

TEST_F(ResilientExchangeTest, RepeatsAStreamOnlyBeforeItsFirstPiece) {
  std::string seen;
  const auto sink = [&](std::string_view piece) {
    seen += piece;
    return true;
  };
  engine_->fail(not_sent()).answer_pieces(200, {"a", "b"});
  EXPECT_EQ(exchange_.stream(request_of(Method::Get), sink, {}).status, 200);
  EXPECT_EQ(seen, "ab");

  seen.clear();
  engine_->answer_pieces(200, {"a"}, std::make_exception_ptr(unanswered()));
  EXPECT_THROW(exchange_.stream(request_of(Method::Get), sink, {}), ConnectionError);
  EXPECT_EQ(seen, "a");
}

TEST_F(ResilientExchangeTest, RepeatsAnUpgradeThatWasNotSent) {
  engine_->fail(not_sent());
  const auto record = engine_->answer_upgrade({});
  EXPECT_NE(exchange_.upgrade(request_of(Method::Post), {}).stream, nullptr);
  engine_->fail(unanswered());
  EXPECT_THROW(exchange_.upgrade(request_of(Method::Post), {}), ConnectionError);
  EXPECT_EQ(sent(), 3U);
}

TEST_F(ResilientExchangeTest, RefusesAtOnceWhileTheCircuitIsOpen) {
  use_up();
  engine_->fail(not_sent()).fail(not_sent());
  EXPECT_EQ(code_thrown_by([&] { send(request_of(Method::Get)); }), ErrorCode::EngineUnavailable);
  EXPECT_EQ(exchange_.circuit(), CircuitState::Open);
  const std::size_t sent_before = sent();
  const std::size_t slept_before = clock_.sleeps().size();
  const auto error = thrown_by<CircuitOpenError>([&] { send(request_of(Method::Get)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->operation(), "thing do");
  EXPECT_EQ(sent(), sent_before);
  EXPECT_EQ(clock_.sleeps().size(), slept_before);
}

TEST_F(ResilientExchangeTest, ClosesTheCircuitByOneProbeAfterTheCooldown) {
  use_up();
  engine_->fail(not_sent()).fail(not_sent());
  EXPECT_THROW(send(request_of(Method::Get)), CircuitOpenError);
  clock_.advance(1s);
  engine_->answer(404);
  EXPECT_EQ(send(request_of(Method::Get)).status, 404);  // a refusal is an answer
  EXPECT_EQ(exchange_.circuit(), CircuitState::Closed);
}

TEST_F(ResilientExchangeTest, ACallUnderWayOutlastsAnOpenCircuitWhenItsPolicyDoes) {
  ResilientExchange patient{engine_,
                            "unix:///scripted.sock",
                            {.retry = {.max_attempts = 50, .base_delay = 400ms, .multiplier = 1},
                             .breaker = {.threshold = 2, .cooldown = 1s},
                             .clock = &clock_,
                             .random = [] { return 1.0; }}};
  engine_->fail(not_sent()).fail(not_sent()).fail(not_sent()).answer(200, "back");
  EXPECT_EQ(patient.send(request_of(Method::Post), {}).body, "back");
  EXPECT_EQ(patient.circuit(), CircuitState::Closed);
  EXPECT_EQ(sent(), 4U);
}

TEST_F(ResilientExchangeTest, OnlyFailedConnectionsCountForTheCircuit) {
  for (int i = 0; i < 9; ++i) {
    engine_->fail(TimeoutError("late"));
    EXPECT_THROW(send(request_of(Method::Get)), TimeoutError);
    engine_->answer(500);
    send(request_of(Method::Get));
    engine_->fail(ProtocolError("not HTTP"));
    EXPECT_THROW(send(request_of(Method::Get)), ProtocolError);
  }
  EXPECT_EQ(exchange_.circuit(), CircuitState::Closed);
}

TEST_F(ResilientExchangeTest, ShowsRetriesAndTheCircuitInMetricsAndLog) {
  const std::int64_t retries = metric(metric::kRetries);
  const std::int64_t opened = metric(metric::kCircuitOpened);
  const std::int64_t refused = metric(metric::kCircuitRefused);
  use_up();
  engine_->fail(not_sent()).fail(not_sent());
  EXPECT_THROW(send(request_of(Method::Get)), CircuitOpenError);
  EXPECT_EQ(metric(metric::kRetries) - retries, 4);
  EXPECT_EQ(metric(metric::kCircuitOpened) - opened, 1);
  EXPECT_EQ(metric(metric::kCircuitRefused) - refused, 1);
  EXPECT_EQ(metrics::gauge(metric::kCircuitState, {{"engine", "unix:///scripted.sock"}}).value(),
            static_cast<int>(CircuitState::Open));
  EXPECT_THAT(lines_,
              testing::Contains(HasSubstr("attempt 1 of 3 of 'thing do' failed; the next one in 50 ms")));
  EXPECT_THAT(lines_, testing::Contains(HasSubstr("from closed to open: 5 connections in a row failed")));
}

TEST_F(ResilientExchangeTest, RefusesAPolicyThatMakesNoSense) {
  EXPECT_THROW((ResilientExchange{engine_, "x", {.retry = {.max_attempts = 0}}}), InvalidArgumentError);
}

}  // namespace
}  // namespace drydock
