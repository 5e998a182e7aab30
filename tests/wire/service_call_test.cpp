// How fixtures speak with their servers, against servers that follow a script.
#include "fixtures/service_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_engine.h"
#include "support/scripted_server.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::HasSubstr;

Deadline soon() {
  return Deadline::in(std::chrono::seconds{20});
}

class ServiceCallTest : public ::testing::Test {
 protected:
  /// Returns a container whose port 80 is the server.
  TestContainer container_at(const ScriptedServer& server) {
    engine_->published_port = server.endpoint().port;
    return TestContainer{{.image = "server:1", .ports = {80}},
                         Client{engine_, Endpoint::parse("unix:///fake.sock")}};
  }

  std::shared_ptr<FakeEngine> engine_{std::make_shared<FakeEngine>()};
};

TEST_F(ServiceCallTest, ReadsLinesAndBytesAsTheyCome) {
  const ScriptedServer server{{{ServerStep::receive(6), ServerStep::send("+O"),
                                ServerStep::send("K\r\n$5\nhe"), ServerStep::send("llo\r\n")}},
                              ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  LineConnection connection{container, 80, soon()};
  connection.send("PING\r\n");
  EXPECT_EQ(connection.read_line(), "+OK");
  EXPECT_EQ(connection.read_line(), "$5");
  EXPECT_EQ(connection.read(7), "hello\r\n");
  EXPECT_EQ(server.received(), (std::vector<std::string>{"PING\r\n"}));
}

TEST_F(ServiceCallTest, SaysThatTheServerHungUp) {
  const ScriptedServer server{{{ServerStep::receive(1)}}, ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  LineConnection connection{container, 80, soon()};
  connection.send("?");
  const auto error = thrown_by<ConnectionError>([&] { (void)connection.read_line(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("port 80"));
}

TEST_F(ServiceCallTest, SaysThatTheContainerDiedWhenThatIsWhy) {
  const ScriptedServer server{{{ServerStep::receive(1)}}, ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  LineConnection connection{container, 80, soon()};
  engine_->exits_at_start = true;  // by now it has ended
  connection.send("?");
  const auto error = thrown_by<EngineError>([&] { (void)connection.read_line(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
}

TEST_F(ServiceCallTest, EndsAtTheDeadline) {
  const ScriptedServer server{{{ServerStep::stall()}}, ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  LineConnection connection{container, 80, Deadline::in(std::chrono::milliseconds{50})};
  EXPECT_THROW((void)connection.read_line(), TimeoutError);
}

TEST_F(ServiceCallTest, CallsByHttpWithBasicAuthentication) {
  const ScriptedServer server{{{ServerStep::expect_request(), ServerStep::send(http_answer(201, "made"))}},
                              ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  const Response response = call_http(container,
                                      {.port = 80,
                                       .method = Method::Put,
                                       .target = "/api/vhosts/a",
                                       .body = "{}",
                                       .user = "Aladdin",
                                       .password = "open sesame",
                                       .headers = {{"X-Trace", "7"}}},
                                      soon());
  EXPECT_EQ(response.body, "made");
  ASSERT_EQ(server.received().size(), 1U);
  EXPECT_THAT(server.received().front(), HasSubstr("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  EXPECT_THAT(server.received().front(), HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(server.received().front(), HasSubstr("X-Trace: 7\r\n"));
}

TEST_F(ServiceCallTest, ShowsTheServersWordsOfARefusal) {
  const ServerScript refusing{ServerStep::expect_request(),
                              ServerStep::send(http_answer(404, "no such key"))};
  const ScriptedServer server{{refusing, refusing}, ScriptedServer::Socket::Tcp};
  const TestContainer container = container_at(server);
  const auto error =
      thrown_by<Error>([&] { (void)call_http(container, {.port = 80, .target = "/k"}, soon()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("404: no such key"));
  EXPECT_EQ(call_http(container, {.port = 80, .target = "/k", .also_fine = {404}}, soon()).status, 404);
}

}  // namespace
}  // namespace drydock::fixtures
