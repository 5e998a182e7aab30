// The NATS fixture on a real server, whose text protocol the tests speak over a socket.
#include "drydock/fixtures/nats.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/services.h"

#include "docker/json.h"
#include "fixtures/nats_connection.h"
#include "fixtures/service_call.h"
#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{NatsOptions{}.image});

Deadline soon() {
  return Deadline::in(std::chrono::seconds{20});
}

/// A client that knows what it sends, byte by byte.
class Subscriber {
 public:
  explicit Subscriber(const Nats& nats, const std::string& login = R"({"verbose":false,"pedantic":false})")
      : connection_(nats.container(), 4222, soon()) {
    info_ = connection_.read_line();
    connection_.send("CONNECT " + login + "\r\nPING\r\n");
    first_ = connection_.read_line();
  }

  [[nodiscard]] const std::string& info() const { return info_; }
  [[nodiscard]] const std::string& first() const { return first_; }
  void send(const std::string& bytes) { connection_.send(bytes); }
  std::string line() { return connection_.read_line(); }

 private:
  LineConnection connection_;
  std::string info_{}, first_{};
};

/// JetStream, as the fixture speaks it.
class JetStream {
 public:
  explicit JetStream(const Nats& nats)
      : connection_(nats.container(), 4222, nats.user(), nats.password().reveal(), soon()) {}

  Json ask(const std::string& subject, const Json& payload = Json::Object{}) {
    return connection_.request(subject, payload).value_or(Json{});
  }
  std::vector<std::string> streams() { return ask("$JS.API.STREAM.NAMES")["streams"].string_list(); }
  void make(const std::string& stream, const std::string& subject, const std::string& storage = "file") {
    const Json made = ask("$JS.API.STREAM.CREATE." + stream, Json::Object{{"name", stream},
                                                                          {"subjects", Json::Array{subject}},
                                                                          {"storage", storage},
                                                                          {"retention", "limits"},
                                                                          {"num_replicas", 1}});
    EXPECT_TRUE(made["error"].is_null()) << made.dump();
  }
  std::int64_t messages(const std::string& stream) {
    return ask("$JS.API.STREAM.INFO." + stream)["state"]["messages"].integer(-1);
  }

 private:
  NatsConnection connection_;
};

struct Orders : Nats {
  using Nats::Nats;
  static Options options() { return {.user = "me", .password = R"(p@ss"wo\rd)"}; }
};

class NatsTest : public SuiteService<Orders> {
 protected:
  static std::string login() {
    return Json{Json::Object{{"verbose", false},
                             {"pedantic", false},
                             {"user", service().user()},
                             {"pass", service().password().reveal()}}}
        .dump();
  }
};

TEST_F(NatsTest, IsReadyForTheFirstMessage) {
  Subscriber subscriber{service(), login()};
  EXPECT_EQ(subscriber.first(), "PONG");
  EXPECT_THAT(subscriber.info(), HasSubstr("\"jetstream\":true"));
  subscriber.send("SUB greet 1\r\n");
  subscriber.send("PUB greet 5\r\nhello\r\n");
  EXPECT_EQ(subscriber.line(), "MSG greet 1 5");
  EXPECT_EQ(subscriber.line(), "hello");
}

TEST_F(NatsTest, ComesBackToCleanWhateverATestDid) {
  JetStream jetstream{service()};
  jetstream.make("ORDERS", "orders.>");
  jetstream.make("KV_settings", "$KV.settings.>", "memory");
  EXPECT_TRUE(jetstream
                  .ask("$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.clerk",
                       Json::Object{{"stream_name", "ORDERS"},
                                    {"config", Json::Object{{"durable_name", "clerk"},
                                                            {"ack_policy", "explicit"}}}})["error"]
                  .is_null());
  EXPECT_EQ(jetstream.ask("orders.new", Json::Object{{"id", 1}})["seq"].integer(), 1);
  EXPECT_EQ(jetstream.messages("ORDERS"), 1);
  EXPECT_THAT(jetstream.streams(), ElementsAre("KV_settings", "ORDERS"));

  service().clean();

  EXPECT_THAT(jetstream.streams(), IsEmpty());
  jetstream.make("ORDERS", "orders.>");
  EXPECT_EQ(jetstream.messages("ORDERS"), 0);
  EXPECT_EQ(jetstream.ask("$JS.API.CONSUMER.NAMES.ORDERS")["total"].integer(-1), 0);
  EXPECT_EQ(jetstream.ask("orders.new", Json::Object{})["seq"].integer(), 1) << "it counts from the start";
  service().clean();
  service().clean();
}

TEST_F(NatsTest, DeletesMoreStreamsThanOneAnswerNames) {
  JetStream jetstream{service()};
  constexpr int kStreams = 1100;  // an answer has 1024
  for (int i = 0; i < kStreams; ++i) {
    jetstream.make("S" + std::to_string(i), "s." + std::to_string(i), "memory");
  }
  service().clean();
  EXPECT_THAT(jetstream.streams(), IsEmpty());
}

TEST_F(NatsTest, LeavesConnectionsAndSubscriptions) {
  Subscriber subscriber{service(), login()};
  subscriber.send("SUB greet 1\r\n");
  service().clean();
  subscriber.send("PUB greet 2\r\nhi\r\n");
  EXPECT_EQ(subscriber.line(), "MSG greet 1 2");
}

TEST_F(NatsTest, RefusesWrongCredentialsInTheServersWords) {
  EXPECT_EQ(Subscriber(service(), R"({"user":"me","pass":"wrong"})").first(),
            "-ERR 'Authorization Violation'");
}

TEST(NatsStartTest, ShowsTheServersWordsWhenCleanMayNotLogIn) {
  ContainerSpec spec = Nats::spec({.user = "me", .password = "secret"});
  spec.env["DRYDOCK_NATS_PASSWORD"] = "another";
  const Nats nats{TestContainer{std::move(spec)}};
  const auto error = thrown_by<Error>([&] { nats.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CommandFailed);
  EXPECT_THAT(error->what(), HasSubstr("Authorization Violation"));
}

TEST(NatsStartTest, NeedsNeitherUserNorJetStreamAndTakesAConfiguration) {
  const Nats nats{{.jetstream = false, .config = "max_payload: 2048"}};
  const Subscriber subscriber{nats};
  EXPECT_EQ(subscriber.first(), "PONG");
  EXPECT_THAT(subscriber.info(), HasSubstr("\"max_payload\":2048"));
  nats.clean();
}

TEST(NatsStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const Nats nats{{.tls = signed_by_itself.files()}};
  const Subscriber subscriber{nats};
  EXPECT_THAT(subscriber.info(), HasSubstr("\"tls_available\":true"));
  nats.clean();
}

TEST(NatsStartTest, ShowsTheServersWordsWhenTheConfigurationIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] { (void)Nats{{.config = "nonsense_option: 1"}}; });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("unknown field \"nonsense_option\""));
}

TEST(NatsStartTest, ServesAgainAfterAResetAndSaysAtOnceThatTheServerDied) {
  Nats nats;
  nats.container().reset(reset::Recreate{});
  JetStream{nats}.make("ORDERS", "orders.>");
  nats.clean();
  nats.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { nats.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

}  // namespace
}  // namespace drydock::fixtures
