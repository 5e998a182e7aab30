#include <gtest/gtest.h>

#include "drydock/docker/client.h"

#include "support/scripted_exchange.h"
#include "support/thrown.h"

namespace drydock {
namespace {

class ContainersLogsTest : public testing::Test {
 protected:
  [[nodiscard]] Logs read(const LogOptions& options) const {
    return client_.containers().logs("web", options);
  }

  std::shared_ptr<ScriptedExchange> engine_ = std::make_shared<ScriptedExchange>();
  Client client_ = scripted_client(engine_);
};

TEST_F(ContainersLogsTest, TakesTheStreamsApartAndKeepsTheirOrder) {
  engine_->answer(200, frame(1, "out 1\n") + frame(2, "err 1\n") + frame(1, "out 2\n"));
  const Logs logs = read({.tty = false});
  EXPECT_EQ(logs.out, "out 1\nout 2\n");
  EXPECT_EQ(logs.err, "err 1\n");
  EXPECT_EQ(logs.all, "out 1\nerr 1\nout 2\n");
  EXPECT_FALSE(logs.truncated);
  EXPECT_EQ(engine_->lines(),
            std::vector<std::string>{"GET /v1.41/containers/web/logs?stdout=1&stderr=1&tail=all"});
}

TEST_F(ContainersLogsTest, BearsFramesThatAreSplitAnywhere) {
  const std::string body = frame(1, "one\n") + frame(2, "") + frame(2, "two\n");
  for (std::size_t at = 0; at <= body.size(); ++at) {
    engine_->answer_pieces(200, {body.substr(0, at), body.substr(at)});
    EXPECT_EQ(read({.tty = false}).all, "one\ntwo\n") << "split at " << at;
  }
}

TEST_F(ContainersLogsTest, TakesATtysBytesAsTheyAre) {
  engine_->answer(200, "plain\r\n");
  const Logs logs = read({.tty = true});
  EXPECT_EQ(logs.out, "plain\r\n");
  EXPECT_EQ(logs.all, "plain\r\n");
}

TEST_F(ContainersLogsTest, FindsOutWhetherThereIsATty) {
  engine_->answer(200, R"({"Id":"1","Config":{"Tty":true}})").answer(200, "plain");
  EXPECT_EQ(read({}).out, "plain");
  EXPECT_EQ(engine_->lines().front(), "GET /v1.41/containers/web/json");
}

TEST_F(ContainersLogsTest, AsksForWhatTheOptionsSay) {
  engine_->answer(200).answer(200);
  static_cast<void>(read({.err = false,
                          .tail = 0,
                          .since = std::chrono::seconds{1795476411} + std::chrono::nanoseconds{42},
                          .timestamps = true,
                          .tty = false}));
  static_cast<void>(read({.out = false, .tail = 7, .tty = false}));
  EXPECT_EQ(engine_->lines(), (std::vector<std::string>{
                                  "GET /v1.41/containers/web/logs?stdout=1&stderr=0&tail=0&since=1795476411."
                                  "000000042&timestamps=1",
                                  "GET /v1.41/containers/web/logs?stdout=0&stderr=1&tail=7"}));
}

TEST_F(ContainersLogsTest, RefusesToReadNeitherStream) {
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(read({.out = false, .err = false})); }),
            ErrorCode::InvalidArgument);
}

TEST_F(ContainersLogsTest, KeepsTheNewestBytes) {
  engine_->answer(200, frame(1, "0123") + frame(2, "45") + frame(1, "6789"));
  const Logs logs = read({.limit = 5, .tty = false});
  EXPECT_EQ(logs.all, "56789");
  EXPECT_EQ(logs.err, "5");
  EXPECT_EQ(logs.out, "6789");
  EXPECT_TRUE(logs.truncated);
}

TEST_F(ContainersLogsTest, CallsALogThatEndsWithinAFrameAProtocolError) {
  const std::string body = frame(1, "one\n");
  engine_->answer(200, body.substr(0, body.size() - 1));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(read({.tty = false})); }), ErrorCode::Protocol);
}

TEST_F(ContainersLogsTest, TurnsTheEnginesErrorFrameIntoAnError) {
  engine_->answer(200, frame(1, "one\n") + frame(3, "error from daemon in stream: Error grabbing logs"));
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(read({.tty = false})); }), ErrorCode::ServerError);
}

TEST_F(ContainersLogsTest, ThrowsForAContainerThatIsNotThere) {
  engine_->answer(404, R"({"message":"No such container: web"})");
  EXPECT_EQ(code_thrown_by([&] { static_cast<void>(read({.tty = false})); }), ErrorCode::NotFound);
}

class ContainersFollowTest : public ContainersLogsTest {
 protected:
  bool follow(const LogSink& sink, bool tty = false) {
    return client_.containers().follow_logs("web", sink, {.tty = tty});
  }
};

TEST_F(ContainersFollowTest, HandsPiecesOnAsTheyComeUntilTheEnd) {
  engine_->answer_pieces(200, {frame(1, "a"), frame(2, "b")});
  std::string seen;
  EXPECT_TRUE(follow([&](LogStream stream, std::string_view piece) {
    seen += stream == LogStream::Stdout ? "out:" : "err:";
    seen += piece;
    return true;
  }));
  EXPECT_EQ(seen, "out:aerr:b");
  EXPECT_EQ(engine_->only_request().target, "/v1.41/containers/web/logs?stdout=1&stderr=1&tail=all&follow=1");
  EXPECT_EQ(engine_->records().front().kind, ScriptedExchange::Kind::Stream);
  EXPECT_FALSE(engine_->records().front().deadline.is_set());
}

TEST_F(ContainersFollowTest, EndsWhenTheSinkHasSeenEnough) {
  engine_->answer_pieces(200, {frame(1, "a") + frame(1, "b"), frame(1, "c")});
  int calls = 0;
  EXPECT_FALSE(follow([&](LogStream, std::string_view) { return ++calls < 1; }));
  EXPECT_EQ(calls, 1);
  engine_->answer_pieces(200, {"a", "b"});
  EXPECT_FALSE(follow([](LogStream, std::string_view) { return false; }, true));
}

TEST_F(ContainersFollowTest, PassesOnWhatTheSinkThrows) {
  engine_->answer_pieces(200, {frame(1, "a"), frame(1, "b")});
  int calls = 0;
  EXPECT_THROW(follow([&](LogStream, std::string_view) -> bool {
                 ++calls;
                 throw std::runtime_error("enough");
               }),
               std::runtime_error);
  EXPECT_EQ(calls, 1);
}

TEST_F(ContainersFollowTest, TimesOutAtTheDeadline) {
  engine_->answer_pieces(200, {frame(1, "a")}, std::make_exception_ptr(TimeoutError("too late")));
  EXPECT_EQ(code_thrown_by([&] { follow([](LogStream, std::string_view) { return true; }); }),
            ErrorCode::Timeout);
}

}  // namespace
}  // namespace drydock
