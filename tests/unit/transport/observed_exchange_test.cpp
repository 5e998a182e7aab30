#include "transport/observed_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/base/error.h"
#include "drydock/observability/log.h"
#include "drydock/observability/metrics.h"

#include "observability/metric_names.h"
#include "support/scripted_exchange.h"

namespace drydock {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ObservedExchangeTest : public testing::Test {
 protected:
  ObservedExchangeTest() {
    log::set_level(log::Level::Debug);
    log::set_sink([this](log::Level level, std::string_view line) {
      EXPECT_EQ(level, log::Level::Debug);
      lines_.emplace_back(line);
    });
  }
  ~ObservedExchangeTest() override {
    log::set_sink({});
    log::set_level(log::Level::Warn);
  }

  static std::int64_t calls(const std::string& outcome) {
    return metrics::snapshot().total(metric::kCalls, {{"operation", "observed thing"}, {"outcome", outcome}});
  }
  static std::uint64_t timed() {
    return metrics::snapshot().durations(metric::kCallDuration, {{"operation", "observed thing"}}).count;
  }

  const Request request_{.method = Method::Post,
                         .target = "/v1.41/things/7?filters=hidden",
                         .headers = {{"X-Registry-Auth", "hidden"}},
                         .body = R"({"Env":["A=hidden"]})",
                         .operation = "observed thing",
                         .resource = "7"};
  std::vector<std::string> lines_{};
  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  ObservedExchange exchange_{engine_};
};

TEST_F(ObservedExchangeTest, LogsStatusBytesAndTimeOfACall) {
  engine_->answer(201, "12345");
  EXPECT_EQ(exchange_.send(request_, {}).body, "12345");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_.front(), AllOf(HasSubstr("'observed thing 7': POST /v1.41/things/7: 201, 20 bytes sent, "
                                              "5 received, "),
                                    HasSubstr(" ms")));
}

TEST_F(ObservedExchangeTest, SaysNothingOfQueryHeadersAndBodies) {
  engine_->answer(200, "hidden");
  exchange_.send(request_, {});
  EXPECT_THAT(lines_.front(), Not(HasSubstr("hidden")));
}

TEST_F(ObservedExchangeTest, IsSilentAboveDebug) {
  log::set_level(log::Level::Info);
  engine_->answer(200);
  exchange_.send(request_, {});
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ObservedExchangeTest, CountsCallsByOperationAndOutcome) {
  const std::int64_t good = calls("2xx");
  const std::int64_t refused = calls("4xx");
  const std::int64_t broken = calls("Connection");
  const std::uint64_t times = timed();
  engine_->answer(204).answer(404).fail(ConnectionError("gone", true));
  exchange_.send(request_, {});
  exchange_.send(request_, {});
  EXPECT_THROW(exchange_.send(request_, {}), ConnectionError);
  EXPECT_EQ(calls("2xx") - good, 1);
  EXPECT_EQ(calls("4xx") - refused, 1);
  EXPECT_EQ(calls("Connection") - broken, 1);
  EXPECT_EQ(timed() - times, 3U);
  EXPECT_THAT(lines_.back(), HasSubstr(": Connection, 20 bytes sent, 0 received"));
}

TEST_F(ObservedExchangeTest, CountsTheBytesOfAStreamAndPassesThemOn) {
  const std::int64_t before = metrics::snapshot().total(metric::kReceivedBytes);
  engine_->answer_pieces(200, {"abc", "de"});
  std::vector<std::string> pieces;
  exchange_.stream(request_,
                   [&](std::string_view piece) {
                     pieces.emplace_back(piece);
                     return true;
                   },
                   {});
  EXPECT_THAT(pieces, ElementsAre("abc", "de"));
  EXPECT_EQ(metrics::snapshot().total(metric::kReceivedBytes) - before, 5);
}

TEST_F(ObservedExchangeTest, PassesUpgradesOn) {
  const auto record = engine_->answer_upgrade({});
  EXPECT_NE(exchange_.upgrade(request_, {}).stream, nullptr);
  EXPECT_THAT(lines_.front(), HasSubstr(": 101, "));
}

TEST_F(ObservedExchangeTest, NamesACallWithoutAnOperationByItsMethod) {
  engine_->answer(200);
  exchange_.send({.target = "/info"}, {});
  EXPECT_THAT(lines_.front(), HasSubstr("'GET': GET /info: 200"));
}

}  // namespace
}  // namespace drydock
