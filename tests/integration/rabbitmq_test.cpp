// The RabbitMQ fixture on a real broker, through librabbitmq.
#include "drydock/fixtures/rabbitmq.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

// The library's own order: the types first.
#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drydock/container/evidence.h"
#include "drydock/container/reset.h"
#include "drydock/gtest/matchers.h"
#include "drydock/gtest/services.h"

#include "fixtures/service_call.h"
#include "support/self_signed.h"
#include "support/service_image.h"
#include "support/thrown.h"

namespace drydock::fixtures {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new ServiceImage{RabbitMqOptions{}.image});

constexpr amqp_channel_t kChannel = 1;
constexpr timeval kPatience{10, 0};

amqp_bytes_t bytes(const std::string& text) {
  return {text.size(), const_cast<char*>(text.data())};
}

/// A connection with a channel. What the broker refuses is its answer, as text.
class Amqp {
 public:
  explicit Amqp(const std::string& url, bool tls = false) {
    std::string parsed = url;
    amqp_connection_info to{};
    if (amqp_parse_url(parsed.data(), &to) != AMQP_STATUS_OK) {
      failure_ = "no AMQP URL: " + url;
      return;
    }
    amqp_socket_t* const socket =
        tls ? amqp_ssl_socket_new(connection_.get()) : amqp_tcp_socket_new(connection_.get());
    if (tls) {
      amqp_ssl_socket_set_verify_peer(socket, 0);
      amqp_ssl_socket_set_verify_hostname(socket, 0);
    }
    const int status = amqp_socket_open_noblock(socket, to.host, to.port, &kPatience);
    if (status != AMQP_STATUS_OK) {
      failure_ = amqp_error_string2(status);
      return;
    }
    // With a heartbeat the library would see a broker's death by itself.
    failure_ = words(
        amqp_login(connection_.get(), to.vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, to.user, to.password));
    if (failure_.empty()) {
      amqp_channel_open(connection_.get(), kChannel);
      failure_ = words();
    }
  }

  [[nodiscard]] const std::string& failure() const { return failure_; }

  std::string declare(const std::string& queue, bool passive = false) {
    amqp_queue_declare(connection_.get(), kChannel, bytes(queue), passive, true, false, false,
                       amqp_empty_table);
    return words();
  }
  std::string send(const std::string& queue, const std::string& message) {
    amqp_confirm_select(connection_.get(), kChannel);
    amqp_basic_publish(connection_.get(), kChannel, amqp_empty_bytes, bytes(queue), false, false, nullptr,
                       bytes(message));
    amqp_frame_t acknowledgement{};
    amqp_simple_wait_frame_noblock(connection_.get(), &acknowledgement, &kPatience);
    return words();
  }
  /// Returns the next message, or "" when there is none.
  std::string take(const std::string& queue) {
    const amqp_rpc_reply_t reply = amqp_basic_get(connection_.get(), kChannel, bytes(queue), true);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL || reply.reply.id != AMQP_BASIC_GET_OK_METHOD) {
      return words(reply);
    }
    amqp_message_t message{};
    amqp_read_message(connection_.get(), kChannel, &message, 0);
    std::string body{static_cast<const char*>(message.body.bytes), message.body.len};
    amqp_destroy_message(&message);
    return body;
  }

 private:
  std::string words() { return words(amqp_get_rpc_reply(connection_.get())); }
  static std::string words(const amqp_rpc_reply_t& reply) {
    switch (reply.reply_type) {
      case AMQP_RESPONSE_NORMAL:
        return "";
      case AMQP_RESPONSE_LIBRARY_EXCEPTION:
        return amqp_error_string2(reply.library_error);
      default:
        break;
    }
    amqp_bytes_t text = amqp_empty_bytes;
    if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
      text = static_cast<const amqp_connection_close_t*>(reply.reply.decoded)->reply_text;
    } else if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
      text = static_cast<const amqp_channel_close_t*>(reply.reply.decoded)->reply_text;
    }
    return text.bytes == nullptr ? "refused" : std::string{static_cast<const char*>(text.bytes), text.len};
  }

  std::unique_ptr<amqp_connection_state_t_, decltype(&amqp_destroy_connection)> connection_{
      amqp_new_connection(), &amqp_destroy_connection};
  std::string failure_{};
};

std::string looked_up(const std::string& url, const std::string& queue) {
  Amqp amqp{url};
  return amqp.failure().empty() ? amqp.declare(queue, true) : amqp.failure();
}

std::string api(const RabbitMq& broker, Method method, const std::string& target,
                const std::string& body = {}) {
  return call_http(broker.container(),
                   {.port = 15672,
                    .method = method,
                    .target = target,
                    .body = body,
                    .user = broker.user(),
                    .password = broker.password().reveal()},
                   Deadline::in(std::chrono::seconds{30}))
      .body;
}

constexpr const char* kDefinitions = R"({
  "vhosts": [{"name": "orders"}, {"name": "other"}],
  "users": [{"name": "clerk", "password_hash": "", "tags": []}],
  "permissions": [{"user": "clerk", "vhost": "orders", "configure": "", "write": "", "read": ".*"}],
  "queues": [{"name": "inbox", "vhost": "orders", "durable": true, "auto_delete": false, "arguments": {}},
             {"name": "spare", "vhost": "other", "durable": true, "auto_delete": false, "arguments": {}}],
  "exchanges": [{"name": "desk", "vhost": "orders", "type": "fanout", "durable": true, "auto_delete": false,
                 "internal": false, "arguments": {}}],
  "bindings": [{"source": "desk", "vhost": "orders", "destination": "inbox", "destination_type": "queue",
                "routing_key": "", "arguments": {}}]})";

struct Orders : RabbitMq {
  using RabbitMq::RabbitMq;
  static Options options() {
    return {.user = "me", .password = "p@ss/word", .vhost = "orders", .definitions = kDefinitions};
  }
};

class RabbitMqTest : public SuiteService<Orders> {};

TEST_F(RabbitMqTest, IsReadyForTheFirstLoginAndHasTheDefinitions) {
  EXPECT_EQ(looked_up(service().url(), "inbox"), "");
  EXPECT_EQ(looked_up(service().url("other"), "inbox"),
            "NOT_ALLOWED - access to vhost 'other' refused for user 'me'");
}

TEST_F(RabbitMqTest, CarriesMessages) {
  Amqp amqp{service().url()};
  ASSERT_EQ(amqp.failure(), "");
  EXPECT_EQ(amqp.declare("work"), "");
  EXPECT_EQ(amqp.send("work", "hello"), "");
  EXPECT_EQ(amqp.take("work"), "hello");
  EXPECT_EQ(amqp.take("work"), "");
}

TEST_F(RabbitMqTest, GivesEachItsOwnVhostWithTheTopologyAndDeletesIt) {
  std::string url;
  {
    const RabbitMqVhost first = service().fresh_vhost();
    const RabbitMqVhost second = service().fresh_vhost();
    url = first.url();
    Amqp amqp{url};
    ASSERT_EQ(amqp.failure(), "");
    EXPECT_EQ(amqp.send("inbox", "mine"), "");
    EXPECT_EQ(amqp.declare("own"), "");
    EXPECT_EQ(Amqp{second.url()}.take("inbox"), "");
    EXPECT_THAT(looked_up(second.url(), "own"), HasSubstr("NOT_FOUND"));
    EXPECT_THAT(looked_up(second.url(), "spare"), HasSubstr("NOT_FOUND"));
    EXPECT_EQ(Amqp{url}.take("inbox"), "mine");
    EXPECT_THAT(api(service(), Method::Get, "/api/bindings/" + first.name()), HasSubstr("desk"));
    EXPECT_THAT(api(service(), Method::Get, "/api/users/clerk/permissions"), HasSubstr(first.name()));
  }
  EXPECT_NE(looked_up(url, "inbox"), "");
  EXPECT_THAT(api(service(), Method::Get, "/api/vhosts"), Not(HasSubstr("drydock-test-")));
}

TEST_F(RabbitMqTest, AMovedVhostIsDeletedOnce) {
  RabbitMqVhost first = service().fresh_vhost();
  RabbitMqVhost second = std::move(first);
  EXPECT_EQ(looked_up(second.url(), "inbox"), "");
  second = service().fresh_vhost();
  EXPECT_EQ(looked_up(second.url(), "inbox"), "");
}

TEST_F(RabbitMqTest, ComesBackToCleanWhateverATestDid) {
  const RabbitMqVhost others = service().fresh_vhost();
  Amqp lingering{service().url()};
  ASSERT_EQ(lingering.failure(), "");
  EXPECT_EQ(lingering.declare("dirt"), "");
  EXPECT_EQ(lingering.send("inbox", "left over"), "");
  api(service(), Method::Put, "/api/policies/orders/short",
      R"({"pattern":"", "definition":{"max-length":1}})");
  api(service(), Method::Put, "/api/users/intruder", R"({"password":"x","tags":""})");
  api(service(), Method::Put, "/api/vhosts/dirty", "{}");
  api(service(), Method::Delete, "/api/vhosts/other");
  api(service(), Method::Delete, "/api/users/clerk");

  service().clean();

  EXPECT_THAT(looked_up(service().url(), "dirt"), HasSubstr("NOT_FOUND"));
  EXPECT_EQ(Amqp{service().url()}.take("inbox"), "");
  EXPECT_EQ(api(service(), Method::Get, "/api/policies/orders"), "[]");
  EXPECT_THAT(api(service(), Method::Get, "/api/users"),
              AllOf(HasSubstr("clerk"), Not(HasSubstr("intruder"))));
  EXPECT_THAT(api(service(), Method::Get, "/api/vhosts"), Not(HasSubstr("dirty")));
  EXPECT_THAT(api(service(), Method::Get, "/api/queues/other"), HasSubstr("spare"));
  EXPECT_THAT(api(service(), Method::Get, "/api/bindings/orders"), HasSubstr("desk"));
  EXPECT_EQ(looked_up(others.url(), "inbox"), "") << "a fresh vhost is its owner's";
  EXPECT_NE(lingering.declare("dirt"), "") << "who was connected is not any more";
}

TEST_F(RabbitMqTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 3; ++j) {
        const RabbitMqVhost vhost = service().fresh_vhost();
        EXPECT_EQ(looked_up(vhost.url(), "inbox"), "");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(RabbitMqTest, IsCleanedByOneAfterTheOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] { EXPECT_NO_THROW(service().clean()); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(RabbitMqTest, RefusesWrongCredentialsInTheBrokersWords) {
  std::string url = service().url();
  url.replace(url.find("p%40ss"), 6, "wrong");
  EXPECT_THAT(Amqp{url}.failure(), HasSubstr("ACCESS_REFUSED - Login was refused"));
}

TEST(RabbitMqStartTest, NeedsNoDefinitionsTakesSettingsAndComesBackToClean) {
  const RabbitMq broker{{.settings = {{"channel_max", "3"}}, .plugins = {"rabbitmq_shovel"}}};
  broker.container().wait_for(wait::LogLine{.contains = " * rabbitmq_shovel"});
  for (int i = 0; i < 5; ++i) {
    Amqp amqp{broker.url()};
    ASSERT_EQ(amqp.failure(), "");
    EXPECT_THAT(amqp.declare("dirt", true), HasSubstr("NOT_FOUND"));
    EXPECT_EQ(Amqp{broker.url()}.declare("dirt"), "");
    broker.clean();
  }
  const RabbitMqVhost vhost = broker.fresh_vhost();
  EXPECT_EQ(Amqp{vhost.url()}.declare("own"), "");
}

TEST(RabbitMqStartTest, SpeaksTls) {
  const SelfSigned signed_by_itself;
  const RabbitMq broker{{.tls = signed_by_itself.files()}};
  Amqp amqp{broker.url(), true};
  EXPECT_EQ(amqp.failure(), "");
  EXPECT_EQ(amqp.declare("work"), "");
  broker.clean();
  EXPECT_THAT(Amqp(broker.url(), true).declare("work", true), HasSubstr("NOT_FOUND"));
}

TEST(RabbitMqStartTest, ShowsTheBrokersWordsWhenASettingIsWrong) {
  const auto error = thrown_by<ContainerStartError>([] {
    (void)RabbitMq{{.settings = {{"heartbeat", "often"}}}};
  });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("heartbeat"));
}

TEST(RabbitMqStartTest, ServesAgainAfterAResetAndSaysAtOnceThatTheBrokerDied) {
  RabbitMq broker;
  broker.container().reset(reset::Recreate{});
  const RabbitMqVhost vhost = broker.fresh_vhost();
  EXPECT_EQ(Amqp{vhost.url()}.declare("work"), "");
  broker.container().kill();
  const auto start = Deadline::Clock::now();
  const auto error = thrown_by<EngineError>([&] { broker.clean(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::ContainerExited);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds{5});
}

}  // namespace
}  // namespace drydock::fixtures
